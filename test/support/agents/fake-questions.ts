import { HarnessError } from '../../../src/core/errors.ts';
import type { SessionEvent } from '../../../src/core/session-event.ts';
import type { Caller, OwnedQuestion, Question, QuestionChange } from '../../../src/core/sessions.ts';
import { Watcher } from './watcher.ts';

interface Follower {
  /** Whether questions of that owner are for it. */
  isMeant: (owner: Caller) => boolean;
  watcher: Watcher<QuestionChange>;
}

/** The questions of `FakeSessions`: calls that a test lets agents say with `evaluated_permission: 'ask'`. */
export class FakeQuestions {
  readonly #kept: { owner: Caller; question: Question }[] = [];
  readonly #followers = new Set<Follower>();

  get followerCount(): number {
    return this.#followers.size;
  }

  find(caller: Caller, id: string): Question {
    const found = this.#kept.find(({ owner, question }) => owner === caller && question.id === id);
    if (found === undefined) throw new HarnessError('SESSION_NOT_FOUND', 'There is no such question.');
    return found.question;
  }

  findAny(id: string): OwnedQuestion {
    const found = this.#kept.find(({ question }) => question.id === id);
    if (found === undefined) throw new HarnessError('SESSION_NOT_FOUND', 'There is no such question.');
    return found;
  }

  follow(isMeant: Follower['isMeant'], signal: AbortSignal): AsyncIterable<QuestionChange> {
    const follower = { isMeant, watcher: new Watcher<QuestionChange>(true, signal) };
    for (const { owner, question } of this.#kept) {
      if (!isMeant(owner) || question.status !== 'pending') continue;
      follower.watcher.push({ question, at: question.askedAt });
    }
    this.#followers.add(follower);
    signal.addEventListener('abort', () => this.#followers.delete(follower));
    return follower.watcher;
  }

  /** Asks where the event is a call that has to be asked about. */
  take(owner: Caller, session: { id: string; agent: string }, event: SessionEvent, expiresAfterMs?: number): void {
    if (event.type !== 'agent.tool_use' && event.type !== 'agent.mcp_tool_use') return;
    if (event.evaluated_permission !== 'ask') return;
    const { name, input } = event;
    const askedAt = Date.parse(event.processed_at);
    const question: Question = {
      ...{ id: event.id, sessionId: session.id, agent: session.agent, input, askedAt, status: 'pending' },
      tool:
        event.type === 'agent.tool_use'
          ? { kind: 'builtin', name }
          : { kind: 'mcp', server: event.mcp_server_name, name },
      ...(expiresAfterMs !== undefined && { expiresAt: askedAt + expiresAfterMs }),
    };
    this.#kept.push({ owner, question });
    this.#tell(owner, { question, at: askedAt });
  }

  /** Throws `SESSION_CONFLICT` where it is settled. */
  settle(id: string, status: Question['status'], at: number): void {
    const kept = this.#kept.find(({ question }) => question.id === id);
    if (kept === undefined) return;
    if (kept.question.status !== 'pending') {
      throw new HarnessError('SESSION_CONFLICT', 'It was answered before.', { param: 'events[0].tool_use_id' });
    }
    kept.question = { ...kept.question, status };
    this.#tell(kept.owner, { question: kept.question, at });
  }

  expireAllOf(sessionId: string, at: number): void {
    for (const { question } of this.#kept) {
      if (question.sessionId === sessionId && question.status === 'pending') this.settle(question.id, 'expired', at);
    }
  }

  fail(error: Error): void {
    for (const { watcher } of this.#followers) watcher.fail(error);
  }

  #tell(owner: Caller, change: QuestionChange): void {
    for (const { isMeant, watcher } of this.#followers) if (isMeant(owner)) watcher.push(change);
  }
}
