import { z } from 'zod';
import { checkedText, integer, variableName } from '../key-types.ts';

const isBaseUrl = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return /^https?:$/.test(url?.protocol ?? '') && url?.search === '' && url.hash === '' && url.username === '';
};

export const directSection = z
  .strictObject({
    api_key_env: variableName()
      .exactOptional()
      .describe(
        'NAME of the environment variable of the service that holds an API key of the Claude Console; never the key itself. Setting it switches this backend on.',
      ),
    base_url: checkedText('URL', isBaseUrl, 'an http or https URL such as https://api.anthropic.com')
      .prefault('https://api.anthropic.com')
      .describe('Where the Messages API is, without `/v1`.'),
    max_retries: integer(0, 10)
      .prefault(2)
      .describe('How often a request that the API did not begin to answer is tried again.'),
  })
  .refine(({ api_key_env: name }) => name !== 'CLAUDE_CODE_OAUTH_TOKEN', {
    path: ['api_key_env'],
    error: "expected the variable of an API key; the CLI's login belongs to the CLI alone",
  })
  .describe(
    "The Messages API itself as a second way to an answer, billed to an API key. Off until `direct.api_key_env` is set; an `ANTHROPIC_API_KEY` in the service's environment alone changes nothing.",
  );
