/** What does it cost a request that it is kept? The difference between a service that keeps all of them and one that keeps none. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Harness } from '../support/harness.ts';
import { cpuMs } from '../support/proc.ts';

export interface LoadOptions {
  requests: number;
  /** How many are sent at once, and the pause after them; several in the same second are written together. */
  atOnce: number;
  pauseMs: number;
}

/** Processor time of a request, in ms: one for a model that there is not, so that nothing but the service has work with it. */
export async function costOfRequest(
  { url, pid }: Harness,
  { requests, atOnce, pauseMs }: LoadOptions,
): Promise<number> {
  const before = cpuMs(pid);
  for (let sent = 0; sent < requests; sent += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, n) => ask(url, `client ${(sent + n) % 30}`)));
    await sleep(pauseMs);
  }
  // The last ones are written within a second.
  await sleep(1500);
  return (cpuMs(pid) - before) / requests;
}

async function ask(url: string, client: string): Promise<void> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-user-id': client },
    body: JSON.stringify({ model: 'no-such-model', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  await answer.arrayBuffer();
}
