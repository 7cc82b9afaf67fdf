import type { ContentBlock } from '../../core/agent-engine.ts';
import type { StoredCall } from './call-table.ts';
import type { WaitingEvent } from './event-queue.ts';
import type { EventStore } from './event-store.ts';
import { lateContent, readLateAnswers, type LateAnswer } from './late-answers.ts';

/** What a session does next. */
export type Work =
  | { kind: 'system_message'; queued: WaitingEvent }
  | {
      kind: 'turn';
      content: readonly ContentBlock[];
      /** The message that takes effect with it. */
      queued?: WaitingEvent;
      /** Calls that are answered with it, and the answers. */
      calls: readonly StoredCall[];
      answers: LateAnswer[];
    };

/** Undefined where there is nothing to do, or a client's answer is awaited: messages wait for it. */
export async function nextWork(store: EventStore, sessionId: string): Promise<Work | undefined> {
  if ((await openCalls(store, sessionId)).length > 0) return undefined;
  const late = await store.calls(sessionId, ['late']);
  if (late.length > 0) {
    const answers = await readLateAnswers(store, sessionId, late);
    return { kind: 'turn', content: lateContent(answers), calls: late, answers };
  }
  const queued = await store.firstQueued(sessionId, 'message');
  if (queued === undefined) return undefined;
  if (queued.event.type !== 'user.message') return { kind: 'system_message', queued };
  return { kind: 'turn', content: queued.event.content, queued, calls: [], answers: [] };
}

/** Calls that wait for a client's answer. */
export function openCalls(store: EventStore, sessionId: string): Promise<readonly StoredCall[]> {
  return store.calls(sessionId, ['asked', 'awaited']);
}
