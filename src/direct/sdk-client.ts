import Anthropic, { type Middleware } from '@anthropic-ai/sdk';
import type { ApiClient, CallOptions } from './api-client.ts';
import { parseModels } from './api-models.ts';
import { retryAfterMsOf, toFailure } from './failures.ts';

export interface SdkClientOptions {
  apiKey: string;
  /** Without `/v1`. */
  baseUrl: string;
  maxRetries: number;
  /** How long the API may take to begin an answer; who asks watches the time of the whole. */
  timeoutMs: number;
}

/** A wait that is longer is the client's to decide about, which learns of it at once. */
const longestRetryMs = 5000;
const listTimeoutMs = 15_000;

/** The API by its official client library. */
export function createSdkClient({ apiKey, baseUrl, maxRetries, timeoutMs }: SdkClientOptions): ApiClient {
  // What is left out here the library would look for in the environment.
  const sdk = new Anthropic({
    apiKey,
    baseURL: baseUrl,
    webhookKey: null,
    maxRetries,
    timeout: timeoutMs,
    logLevel: 'off',
    openTelemetry: false,
    middleware: [withOwnKeyOnly(apiKey), withoutLongWaits],
  });

  return {
    async *stream(body, options) {
      const params = body as Anthropic.MessageCreateParamsNonStreaming;
      try {
        yield* await sdk.messages.create({ ...params, stream: true }, toRequestOptions(options));
      } catch (error) {
        throw reasonOf(error, options);
      }
      // An aborted stream ends like one that is complete.
      options.signal.throwIfAborted();
    },
    async countTokens(body, options) {
      try {
        const params = body as Anthropic.MessageCountTokensParams;
        const { input_tokens: tokens } = await sdk.messages.countTokens(params, toRequestOptions(options));
        return tokens;
      } catch (error) {
        throw reasonOf(error, options);
      }
    },
    async listModels() {
      try {
        const { data } = await sdk.models.list({ limit: 1000 }, { timeout: listTimeoutMs, maxRetries: 0 });
        return parseModels(data);
      } catch (error) {
        throw toFailure(error);
      }
    },
  };
}

function toRequestOptions({ signal, betas = [] }: CallOptions): Anthropic.RequestOptions {
  return { signal, ...(betas.length > 0 && { headers: { 'anthropic-beta': betas.join(',') } }) };
}

function reasonOf(error: unknown, { signal }: CallOptions): unknown {
  return signal.aborted ? signal.reason : toFailure(error);
}

/** The library takes more headers from `ANTHROPIC_CUSTOM_HEADERS`, and another login could be among them. */
function withOwnKeyOnly(apiKey: string): Middleware {
  return (request, next) => {
    const headers = new Headers(request.headers);
    headers.set('authorization', `Bearer ${apiKey}`);
    headers.delete('x-api-key');
    return next({ ...request, headers });
  };
}

/** Keeps the library from waiting as long as the API asks for before it tries again. */
const withoutLongWaits: Middleware = async (request, next) => {
  const response = await next(request);
  if (response.ok || (retryAfterMsOf(response.headers) ?? 0) <= longestRetryMs) return response;
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
};
