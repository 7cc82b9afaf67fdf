import * as z from 'zod';
import { RefusedError } from '../ask-service.ts';
import type { SessionsClient } from './sessions-client.ts';

const request = z.object({
  type: z.literal('permission_request'),
  request_id: z.string(),
  session_id: z.string(),
  agent: z.string(),
  tool_name: z.string(),
  tool_input: z.record(z.string(), z.unknown()),
});
const event = z.discriminatedUnion('type', [
  request,
  z.object({ type: z.literal('permission_resolved'), request_id: z.string() }),
  z.object({ type: z.literal('permission_expired'), request_id: z.string() }),
]);

export type PermissionRequest = z.infer<typeof request>;
/** `connected`: all that is pending follows, and what was settled since the last connection was lost does not. */
export type PermissionEvent = z.infer<typeof event> | { type: 'connected' };

/** How long to wait before each further attempt to connect. */
const reconnectAfterMs: readonly number[] = [1000, 3000, 8000, 20_000, 60_000];

export interface PermissionStreamOptions {
  client: SessionsClient;
  print: (text: string) => void;
  /** Rejects when the signal aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  signal: AbortSignal;
}

/** Requests for permission, and their ends. A lost connection is made again; throws when the service stays away. */
export async function* followPermissions({
  client,
  print,
  wait,
  signal,
}: PermissionStreamOptions): AsyncGenerator<PermissionEvent, never, void> {
  let failures = 0;
  for (;;) {
    let reason = 'The connection was lost.';
    let isConnected = false;
    try {
      const events = await client.followPermissions(signal);
      isConnected = true;
      failures = 0;
      yield { type: 'connected' };
      for await (const { data } of events) {
        const { data: known } = event.safeParse(JSON.parse(data));
        if (known !== undefined) yield known;
      }
    } catch (error) {
      if (signal.aborted || (error instanceof RefusedError && !error.isPassing)) throw error;
      if (!isConnected && error instanceof Error) reason = error.message;
    }
    const delayMs = reconnectAfterMs[failures];
    if (delayMs === undefined) throw new Error(`The service does not answer any more. ${reason}`, { cause: reason });
    failures += 1;
    print(`${reason} Trying again in ${delayMs / 1000} s.\n`);
    await wait(delayMs, signal);
  }
}
