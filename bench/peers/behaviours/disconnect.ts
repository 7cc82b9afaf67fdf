/** A client goes away in the middle of an answer: does the work for it end? */
import { setTimeout as sleep } from 'node:timers/promises';
import { open } from './ask.ts';
import type { Behaviour } from './behaviour.ts';

const startPatienceMs = 15_000;
const endPatienceMs = 5000;

function disconnect(stream: boolean): Behaviour {
  return {
    name: `a client that goes away frees its process, ${stream ? 'streamed' : 'whole'}`,
    async judge({ url, model, standIn }) {
      standIn.behave({ kind: 'answer', words: 1000, deltaEveryMs: 50 });
      const messages = [{ role: 'user', content: 'MARK-leaving' }];
      const outgoing = open(url, JSON.stringify({ model, stream, messages }));
      outgoing.on('error', () => undefined);
      const isOurs = ({ body }: { body: unknown }): boolean => JSON.stringify(body).includes('MARK-leaving');
      const deadline = performance.now() + startPatienceMs;
      while (!standIn.requests.some(isOurs) && performance.now() < deadline) await sleep(20);
      await sleep(500);
      outgoing.destroy();
      const leftAt = performance.now();
      const seen = standIn.requests.find(isOurs);
      if (seen === undefined) return { ok: false, note: 'no request reached the API' };
      const late = sleep(endPatienceMs, false);
      const ok = await Promise.race([seen.closedEarly, late]);
      const seconds = ((performance.now() - leftAt) / 1000).toFixed(1);
      return { ok, note: ok ? `after ${seconds} s` : `still at work after ${seconds} s` };
    },
  };
}

export const disconnects: readonly Behaviour[] = [disconnect(true), disconnect(false)];
