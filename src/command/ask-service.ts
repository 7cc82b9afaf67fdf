import * as z from 'zod';
import { fetchAt } from '../util/fetch-at.ts';
import { authorization, reasonOf, type RunningService } from './running-service.ts';

const failure = z.object({ error: z.object({ message: z.string() }) });

/** The service answers, and refuses. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message, { cause: status });
    this.status = status;
  }

  /** A service that starts or ends answers otherwise in a moment. */
  get isPassing(): boolean {
    return this.status >= 500;
  }
}

/** The service does not answer. */
export class SilentError extends Error {}

/** What the service answers. Throws its own sentence as a `RefusedError` when it refuses, and a `SilentError` without one. */
export async function askService(
  { url, token }: RunningService,
  method: string,
  path: string,
  options: RequestInit = {},
): Promise<Response> {
  const headers = { ...(options.headers as Record<string, string> | undefined), ...authorization(token) };
  const response = await fetchAt(url, path, { ...options, method, headers }).catch((cause: unknown) => {
    throw new SilentError(`${url} does not answer: ${reasonOf(cause)}. Is the service running?`, { cause });
  });
  if (response.ok) return response;
  const parsed = failure.safeParse(await response.json().catch(() => undefined));
  const message = parsed.success ? parsed.data.error.message : `${method} ${path} was answered ${response.status}.`;
  throw new RefusedError(message, response.status);
}
