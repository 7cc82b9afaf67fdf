/** Every behaviour of every candidate, each judged by what reached the API and what the client got. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { Cleanup } from '../../test/support/cleanup.ts';
import { openLab } from '../support/lab.ts';
import { answerBehaviours } from './behaviours/answers.ts';
import { badRequests } from './behaviours/bad-requests.ts';
import type { Behaviour, Verdict } from './behaviours/behaviour.ts';
import { disconnects } from './behaviours/disconnect.ts';
import { promptBehaviours } from './behaviours/prompts.ts';
import { upstreamErrors } from './behaviours/upstream-errors.ts';
import type { Candidate, Service } from './candidate.ts';

export const behaviours: readonly Behaviour[] = [
  ...promptBehaviours,
  ...answerBehaviours,
  ...upstreamErrors,
  ...disconnects,
  ...badRequests,
];

export interface BehaviourResult extends Verdict {
  /** The service was gone afterwards; it was started again for the next. */
  died: boolean;
}

/** In the order of `behaviours`. Each gets a service that nothing has happened to yet, and an API of its own. */
export async function judgeAll(
  candidate: Candidate,
  cleanup: Cleanup,
  progress: (text: string) => void,
): Promise<BehaviourResult[]> {
  const results: BehaviourResult[] = [];
  for (const behaviour of behaviours) {
    progress(`${candidate.name}: ${behaviour.name}`);
    const own = new Cleanup();
    cleanup.defer(() => own.run());
    try {
      results.push(await judge(candidate, behaviour, own));
    } finally {
      await own.run();
    }
  }
  return results;
}

async function judge(candidate: Candidate, { judge: ask }: Behaviour, cleanup: Cleanup): Promise<BehaviourResult> {
  const standIn = await startStandIn();
  cleanup.defer(() => standIn.stop());
  const lab = await openLab(cleanup, standIn.url);
  const service = await candidate.start(lab);
  cleanup.defer(() => service.stop());
  const { url } = service;
  const verdict = await ask({ url, model: candidate.model, standIn, home: lab.home });
  const died = await hasDied(service);
  return { ok: verdict.ok && !died, note: died ? `${verdict.note}; the service died of it` : verdict.note, died };
}

/** A process that ends of an uncaught exception takes a moment for it. */
async function hasDied({ isAlive }: Service): Promise<boolean> {
  await sleep(100);
  return !isAlive();
}
