import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { isObject } from '../../core/is-object.ts';
import { text } from '../openai-shared/function-schema.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { metadata } from '../openai-shared/metadata.ts';
import { expected } from '../openai-shared/schema-errors.ts';

export const batchEndpoints = ['/v1/chat/completions', '/v1/responses', '/v1/completions'] as const;
export type BatchEndpoint = (typeof batchEndpoints)[number];

const lifetime = 'must be a whole number of seconds from 3600 (an hour) to 2592000 (30 days).';

export const createBody = z.object({
  input_file_id: text.min(1, { error: 'must not be empty.' }),
  endpoint: z.enum(batchEndpoints, { error: `must be one of ${batchEndpoints.join(', ')}.` }),
  completion_window: z.literal('24h', { error: 'must be 24h.' }),
  metadata: metadata.nullish(),
  output_expires_after: z
    .object(
      {
        anchor: z.literal('created_at', { error: 'must be created_at.' }),
        seconds: z.int({ error: lifetime }).min(3600, { error: lifetime }).max(2_592_000, { error: lifetime }),
      },
      { error: expected('an object with anchor and seconds') },
    )
    .nullish(),
});

const understoodFields: ReadonlySet<string> = new Set(Object.keys(createBody.shape));

export interface CreateRequest {
  inputFileId: string;
  endpoint: BatchEndpoint;
  metadata: Readonly<Record<string, string>>;
  /** How long the files of results are kept, in seconds; absent: as any file. */
  outputSeconds?: number;
  ignored: readonly string[];
}

/** Reads the parsed JSON body of `POST /v1/batches`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromCreateBody(body: unknown, unsupportedParams: 'ignore' | 'reject'): CreateRequest {
  refuseUnserved(body);
  const parsed = createBody.safeParse(body);
  if (!parsed.success) {
    throw toRequestError(
      parsed.error.issues[0],
      'The request body must be a JSON object with input_file_id, endpoint and completion_window.',
    );
  }
  const { input_file_id: inputFileId, endpoint, metadata: pairs, output_expires_after: expiry } = parsed.data;
  return {
    inputFileId,
    endpoint,
    metadata: pairs ?? {},
    ...(expiry != null && { outputSeconds: expiry.seconds }),
    ignored: listIgnored(body as Record<string, unknown>, understoodFields, [], unsupportedParams),
  };
}

/** Endpoints that OpenAI has and no model here can answer. */
function refuseUnserved(body: unknown): void {
  const endpoint = isObject(body) ? body['endpoint'] : undefined;
  if (typeof endpoint !== 'string' || !/^\/v1\/(embeddings|moderations|images|videos)\b/.test(endpoint)) return;
  throw new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `endpoint is not served: the models here only write text. Send these requests to a service that has them, or use ${batchEndpoints.join(', ')}.`,
    { param: 'endpoint' },
  );
}
