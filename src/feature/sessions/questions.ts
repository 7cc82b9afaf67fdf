import { HarnessError } from '../../core/errors.ts';
import type { SessionEvent } from '../../core/session-event.ts';
import type { OwnedQuestion, Question, QuestionChange } from '../../core/sessions.ts';
import { createDeferred } from '../../util/deferred.ts';
import { onAbort } from '../../util/on-abort.ts';
import type { QuestionStore, StoredQuestion, Whose } from './question-store.ts';
import type { RunContext } from './run-context.ts';

/** What waits for an answer, by id, and what settles when that may have changed. */
interface Look {
  open: ReadonlyMap<string, Question>;
  news: Promise<undefined>;
}

/** What agents ask, over all sessions. All of it is read from what is kept: a restart changes nothing. */
export class Questions {
  readonly #store: QuestionStore;
  readonly #context: Pick<RunContext, 'feeds' | 'now' | 'askTimeoutMs'>;

  constructor(store: QuestionStore, context: Pick<RunContext, 'feeds' | 'now' | 'askTimeoutMs'>) {
    this.#store = store;
    this.#context = context;
  }

  async find(whose: Whose, id: string): Promise<OwnedQuestion> {
    const stored = await this.#store.find(whose, id);
    const question = stored === undefined ? undefined : this.#toQuestion(stored);
    if (stored !== undefined && question !== undefined) return { owner: stored.owner, question };
    const message = 'No permission was asked for under this id: its session was deleted, or belongs to another token.';
    throw new HarnessError('SESSION_NOT_FOUND', message);
  }

  /** Rejects where the state file can't be read; so do later reads. */
  async follow(whose: Whose, signal: AbortSignal): Promise<AsyncIterable<QuestionChange>> {
    return this.#changes(whose, await this.#look(whose), signal);
  }

  async *#changes(whose: Whose, first: Look, signal: AbortSignal): AsyncGenerator<QuestionChange, void, void> {
    const left = createDeferred<undefined>();
    const stopListening = onAbort(signal, () => {
      left.resolve(undefined);
    });
    let known: Look['open'] = new Map();
    try {
      for (let look = first; ; look = await this.#look(whose)) {
        const { open, news } = look;
        for (const question of known.values()) if (!open.has(question.id)) yield await this.#settled(whose, question);
        for (const question of open.values()) if (!known.has(question.id)) yield { question, at: question.askedAt };
        known = open;
        await Promise.race([news, left.promise]);
        if (signal.aborted || this.#context.feeds.isOver) return;
      }
    } finally {
      stopListening();
    }
  }

  async #look(whose: Whose): Promise<Look> {
    // Taken before reading, so that nothing is missed in between.
    const { news } = this.#context.feeds;
    const stored = await this.#store.listOpen(whose);
    const questions = stored.flatMap((one) => this.#toQuestion(one) ?? []);
    return { news, open: new Map(questions.map((question) => [question.id, question])) };
  }

  /** Nobody knows when what expired did: seconds ago at most. */
  async #settled(whose: Whose, question: Question): Promise<QuestionChange> {
    const stored = await this.#store.find(whose, question.id);
    const status = stored === undefined ? 'expired' : statusOf(stored);
    return { question: { ...question, status }, at: stored?.answer?.at ?? this.#context.now() };
  }

  #toQuestion(stored: StoredQuestion): Question | undefined {
    const { sessionId, agent, event } = stored;
    const { askTimeoutMs } = this.#context;
    const called = calledBy(event);
    if (called === undefined) return undefined;
    return {
      ...{ id: event.id, sessionId, agent, status: statusOf(stored), ...called },
      ...(askTimeoutMs !== undefined && { expiresAt: called.askedAt + askTimeoutMs }),
    };
  }
}

function statusOf({ isOpen, answer }: StoredQuestion): Question['status'] {
  if (answer !== undefined) return answer.isAllowed ? 'allowed' : 'denied';
  return isOpen ? 'pending' : 'expired';
}

function calledBy(event: SessionEvent): Pick<Question, 'tool' | 'input' | 'askedAt'> | undefined {
  if (event.type !== 'agent.tool_use' && event.type !== 'agent.mcp_tool_use') return undefined;
  const { name, input } = event;
  const askedAt = Date.parse(event.processed_at);
  if (event.type === 'agent.tool_use') return { tool: { kind: 'builtin', name }, input, askedAt };
  return { tool: { kind: 'mcp', server: event.mcp_server_name, name }, input, askedAt };
}
