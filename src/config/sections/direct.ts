import { z } from 'zod';
import { baseUrl } from '../base-url.ts';
import { integer, variableName } from '../key-types.ts';

export const directSection = z
  .strictObject({
    api_key_env: variableName()
      .exactOptional()
      .describe(
        'NAME of the environment variable of the service that holds an API key of the Claude Console; never the key itself. Setting it enables this backend.',
      ),
    base_url: baseUrl('https://api.anthropic.com')
      .prefault('https://api.anthropic.com')
      .describe('Base URL of the Messages API, without `/v1`.'),
    max_retries: integer(0, 10)
      .prefault(2)
      .describe('How often a request is retried when the API has not begun to answer it.'),
  })
  .refine(({ api_key_env: name }) => name !== 'CLAUDE_CODE_OAUTH_TOKEN', {
    path: ['api_key_env'],
    error: "expected the variable of an API key; only the CLI may use the CLI's login",
  })
  .describe(
    "The Messages API as a second backend, billed to an API key. Off until `direct.api_key_env` is set; an `ANTHROPIC_API_KEY` in the service's environment alone has no effect.",
  );
