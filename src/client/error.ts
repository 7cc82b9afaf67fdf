/** A request that the service has refused, or could not answer. */
export class ClientError extends Error {
  /** The HTTP status; absent where a stream that had begun has failed, or nothing answers. */
  readonly status: number | undefined;
  /** For programs, such as `plan_limit_reached`; see docs/errors.md. */
  readonly code: string | undefined;
  readonly requestId: string | undefined;

  constructor(message: string, facts: { status?: number; code?: string; requestId?: string; cause?: unknown } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ClientError';
    this.status = facts.status;
    this.code = facts.code;
    this.requestId = facts.requestId;
  }
}

interface WireError {
  error?: { message?: string; type?: string; details?: { error_code?: string } };
  request_id?: string;
}

/** From the envelope of Anthropic's API. */
export function toClientError(body: unknown, status?: number): ClientError {
  const { error, request_id: requestId } = (body ?? {}) as WireError;
  const message = error?.message ?? `The service answered with status ${status ?? 'unknown'}.`;
  const code = error?.details?.error_code ?? error?.type;
  return new ClientError(message, {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
  });
}
