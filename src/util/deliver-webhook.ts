import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookRequest } from './webhook.ts';

const maxTries = 5;

export interface DeliverOptions {
  /** Before the second try; each further wait is four times as long. */
  retryMs: number;
  /** Of one try. */
  timeoutMs: number;
  /** Asked before each further try; without it every try is wanted. */
  isWanted?: () => Promise<boolean>;
  signal: AbortSignal;
}

/** `isTransient`: it may succeed later. `unsent`: the signal has aborted while nothing was under way. */
export type Delivery =
  { outcome: 'ended' | 'unsent' } | { outcome: 'failed'; reason: string; tries: number; isTransient: boolean };

/** Sends a request, again where the failure may pass by itself. Never rejects but for what `isWanted` throws. */
export async function deliverToWebhook(request: WebhookRequest, options: DeliverOptions): Promise<Delivery> {
  const { retryMs, isWanted = () => Promise.resolve(true), signal } = options;
  const isStopping = (): boolean => signal.aborted;
  for (let tries = 1; ; tries += 1) {
    if (isStopping()) return { outcome: 'unsent' };
    const failure = await post(request, options);
    // What was under way may have arrived.
    if (failure === undefined || isStopping()) return { outcome: 'ended' };
    const { reason, isTransient } = failure;
    if (!isTransient || tries === maxTries) return { outcome: 'failed', reason, tries, isTransient };
    // It rejects when the signal aborts, which is looked at next.
    await sleep(retryMs * 4 ** (tries - 1), undefined, { signal }).catch(() => undefined);
    if (!isStopping() && !(await isWanted())) return { outcome: 'ended' };
  }
}

interface Failure {
  /** Without the address, in which there may be secrets. */
  reason: string;
  isTransient: boolean;
}

/** A redirect is not followed: it would take what is sent elsewhere. */
async function post(
  { url, headers, body }: WebhookRequest,
  { timeoutMs, signal }: DeliverOptions,
): Promise<Failure | undefined> {
  try {
    const response = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'manual' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    const { ok, status } = response;
    return ok ? undefined : { reason: `status ${status}`, isTransient: status === 429 || status >= 500 };
  } catch (error) {
    return { reason: reasonOf(error), isTransient: true };
  }
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : name;
}
