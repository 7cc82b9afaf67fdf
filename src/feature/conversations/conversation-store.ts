import type { Message } from '../../core/conversation.ts';
import type { Caller } from '../../core/sessions.ts';
import { all, first, run, type SharedState, type Work } from '../../state/shared-state.ts';
import { conversationBusy, conversationNotFound } from './conversation-errors.ts';

/** What one request has added to a conversation: its own messages and the answer. */
export interface StoredTurn {
  /** The model as the client named it: what it thought is of use to no other. */
  model: string;
  messages: readonly Message[];
}

export interface ConversationFacts {
  id: string;
  /** In milliseconds since the epoch, as are all times here. */
  createdAt: number;
  /** When its last answer was stored; when it was created where there is none. */
  usedAt: number;
  /** How many messages it has. */
  messageCount: number;
}

export interface StoredConversation extends ConversationFacts {
  turns: readonly StoredTurn[];
  /** The last system prompt that a request had; none where there was no request. */
  system: readonly string[];
  /** Of all messages, as they are stored. */
  bytes: number;
}

export interface NewTurn extends StoredTurn {
  system: readonly string[];
  /** How many turns the conversation had when its request began. */
  after: number;
}

/**
 * Where conversations are kept. To every other caller they do not exist. Each method rejects with a `HarnessError`
 * (`INTERNAL`) that says what to do when it can't be used.
 */
export interface ConversationStore {
  /** Where the caller has the most that are allowed, the one that was not used for longest goes, but none of `busy`. */
  create(caller: Caller, id: string, busy: readonly string[]): Promise<void>;
  describe(caller: Caller, id: string): Promise<ConversationFacts | undefined>;
  /** `undefined` when unknown or expired. */
  find(caller: Caller, id: string): Promise<StoredConversation | undefined>;
  /** All or nothing. Rejects with `SESSION_NOT_FOUND`, and with `SESSION_CONFLICT` where another turn came before. */
  append(caller: Caller, id: string, turn: NewTurn): Promise<void>;
  /** Whether it was there. */
  delete(caller: Caller, id: string): Promise<boolean>;
}

export interface ConversationStoreOptions {
  /** How long after its last use a conversation is found. */
  keepMs: number;
  /** How many a caller may have. */
  maxPerCaller: number;
  now: () => number;
}

/** How many are deleted at a time: each may be as large as `conversations.max_size` allows. */
const inPassing = 1;
const atOnce = 4;

type Row = ConversationFacts & { bytes: number; system: string };

/**
 * Conversations in shared state. A turn is added, and nothing that is stored is written again. `prune` deletes some that
 * have expired, and gives true while there is more to do.
 */
export function createConversationStore(
  state: SharedState,
  { keepMs, maxPerCaller, now }: ConversationStoreOptions,
): ConversationStore & { prune(): Promise<boolean> } {
  /** What was last used then, or before, has expired. */
  const cutoff = (): number => now() - keepMs;
  const keyOf = (caller: Caller, id: string) => ({ id, owner: caller ?? null, cutoff: cutoff() });

  function* prune(count: number): Work<boolean> {
    return (yield* run(deleteExpired, { cutoff: cutoff(), count })) === count;
  }

  /** Makes room for one that was just created. */
  function* deleteSurplus(owner: string | null, id: string, busy: readonly string[]): Work<void> {
    const { count = 0 } = (yield* first<{ count: number }>(countOf, { owner })) ?? {};
    const surplus = Math.min(Math.max(count - maxPerCaller, 0), atOnce);
    if (surplus === 0) return;
    const others = yield* all<{ id: string }>(oldest, { owner, id, count: surplus + busy.length });
    const idle = others.filter((other) => !busy.includes(other.id)).slice(0, surplus);
    for (const other of idle) yield* run(deleteOne, { id: other.id });
  }

  return {
    async create(caller, id, busy) {
      const owner = caller ?? null;
      await state.write(function* () {
        yield* prune(inPassing);
        yield* run(insert, { id, owner, now: now() });
        yield* deleteSurplus(owner, id, busy);
      });
    },
    describe: (caller, id) => state.read(() => first<ConversationFacts>(selectFacts, keyOf(caller, id))),
    find: (caller, id) =>
      state.read(function* () {
        const row = yield* first<Row>(select, keyOf(caller, id));
        if (row === undefined) return undefined;
        const turns = yield* all<{ model: string; messages: string }>(selectTurns, { id });
        return {
          ...row,
          system: JSON.parse(row.system) as string[],
          turns: turns.map(({ model, messages }) => ({ model, messages: JSON.parse(messages) as Message[] })),
        };
      }),
    async append(caller, id, { model, messages, system, after }) {
      const json = JSON.stringify(messages);
      const key = { id, owner: caller ?? null };
      const facts = { now: now(), bytes: Buffer.byteLength(json), messageCount: messages.length };
      await state.write(function* () {
        // Of two that come at once, the second waits here, and finds another count.
        const isNext = (yield* run(touch, { ...key, ...facts, after, system: JSON.stringify(system) })) > 0;
        if (!isNext) throw (yield* first(exists, key)) === undefined ? conversationNotFound() : conversationBusy();
        yield* run(insertTurn, { id, seq: after + 1, model, messages: json });
      });
    },
    async delete(caller, id) {
      return (await state.write(() => run(deleteOwn, keyOf(caller, id)))) > 0;
    },
    prune: () => state.write(() => prune(atOnce)),
  };
}

const factColumns = 'id, created_at AS "createdAt", used_at AS "usedAt", message_count AS "messageCount"';
const ofOwner = 'id = @id AND owner IS NOT DISTINCT FROM @owner';
const ofCaller = `${ofOwner} AND used_at > @cutoff`;

const insert = `INSERT INTO conversations (id, owner, created_at, used_at, turn_count, message_count, bytes, system)
  VALUES (@id, @owner, @now, @now, 0, 0, 0, '[]')`;
const countOf = 'SELECT count(*) AS count FROM conversations WHERE owner IS NOT DISTINCT FROM @owner';
const oldest = `SELECT id FROM conversations WHERE owner IS NOT DISTINCT FROM @owner AND id <> @id
  ORDER BY used_at LIMIT @count`;
const selectFacts = `SELECT ${factColumns} FROM conversations WHERE ${ofCaller}`;
const select = `SELECT ${factColumns}, bytes, system FROM conversations WHERE ${ofCaller}`;
const selectTurns = 'SELECT model, messages FROM conversation_turns WHERE conversation_id = @id ORDER BY seq';
// These two also where it has expired while the answer was made.
const touch = `UPDATE conversations SET used_at = @now, turn_count = turn_count + 1, bytes = bytes + @bytes,
    message_count = message_count + @messageCount, system = @system
  WHERE ${ofOwner} AND turn_count = @after`;
const exists = `SELECT id FROM conversations WHERE ${ofOwner}`;
const insertTurn = `INSERT INTO conversation_turns (conversation_id, seq, model, messages)
  VALUES (@id, @seq, @model, @messages)`;
const deleteOwn = `DELETE FROM conversations WHERE ${ofCaller}`;
const deleteOne = 'DELETE FROM conversations WHERE id = @id';
const deleteExpired = `DELETE FROM conversations WHERE id IN
  (SELECT id FROM conversations WHERE used_at <= @cutoff ORDER BY used_at LIMIT @count)`;
