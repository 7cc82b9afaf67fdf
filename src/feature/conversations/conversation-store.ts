import type { Message } from '../../core/conversation.ts';
import type { Caller } from '../../core/sessions.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';
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

interface FactsRow {
  id: string;
  createdAt: number;
  usedAt: number;
  messageCount: number;
}

type Row = FactsRow & { bytes: number; system: string };

/**
 * Conversations in the state file, whose own methods are not asynchronous. A turn is added, and nothing that is stored is
 * written again. `prune` deletes some that have expired, and gives true while there is more to do.
 */
export function createConversationStore(
  stateFile: StateFile,
  { keepMs, maxPerCaller, now }: ConversationStoreOptions,
): ConversationStore & { prune(): boolean } {
  const statements = memoizePerConnection(prepareStatements);
  /** What was last used then, or before, has expired. */
  const cutoff = (): number => now() - keepMs;
  const keyOf = (caller: Caller, id: string) => ({ id, owner: caller ?? null, cutoff: cutoff() });

  function prune(database: StateDatabase, count: number): boolean {
    return statements(database).deleteExpired.run(cutoff(), count).changes === count;
  }

  function create(caller: Caller, id: string, busy: readonly string[]): void {
    const owner = caller ?? null;
    stateFile.write((database) => {
      prune(database, inPassing);
      statements(database).insert.run({ id, owner, now: now() });
      const surplus = (statements(database).countOf.get(owner) as number) - maxPerCaller;
      const count = Math.min(Math.max(surplus, 0), atOnce);
      statements(database).deleteOldest.run({ id, owner, busy: JSON.stringify(busy), count });
    });
  }

  function find(caller: Caller, id: string): StoredConversation | undefined {
    return stateFile.read((database) => {
      const row = statements(database).find.get(keyOf(caller, id)) as Row | undefined;
      if (row === undefined) return undefined;
      const turns = statements(database).turns.all(id) as { model: string; messages: string }[];
      return {
        ...row,
        system: JSON.parse(row.system) as string[],
        turns: turns.map(({ model, messages }) => ({ model, messages: JSON.parse(messages) as Message[] })),
      };
    });
  }

  function append(caller: Caller, id: string, { model, messages, system, after }: NewTurn): void {
    const json = JSON.stringify(messages);
    stateFile.write((database) => {
      const { count, touch, insertTurn } = statements(database);
      const turns = count.get({ id, owner: caller ?? null }) as number | undefined;
      if (turns === undefined) throw conversationNotFound();
      if (turns !== after) throw conversationBusy();
      insertTurn.run({ id, seq: after + 1, model, messages: json });
      const bytes = Buffer.byteLength(json);
      touch.run({ id, now: now(), bytes, messageCount: messages.length, system: JSON.stringify(system) });
    });
  }

  return {
    create: (caller, id, busy) =>
      promised(() => {
        create(caller, id, busy);
      }),
    describe: (caller, id) =>
      promised(() =>
        stateFile.read((database) => statements(database).facts.get(keyOf(caller, id)) as FactsRow | undefined),
      ),
    find: (caller, id) => promised(() => find(caller, id)),
    append: (caller, id, turn) =>
      promised(() => {
        append(caller, id, turn);
      }),
    delete: (caller, id) =>
      promised(() => stateFile.write((database) => statements(database).delete.run(keyOf(caller, id)).changes > 0)),
    prune: () => stateFile.write((database) => prune(database, atOnce)),
  };
}

const factColumns = 'id, created_at AS createdAt, used_at AS usedAt, message_count AS messageCount';
const ofCaller = 'id = @id AND owner IS @owner AND used_at > @cutoff';

function prepareStatements(database: StateDatabase) {
  return {
    insert: database.prepare(
      `INSERT INTO conversations (id, owner, created_at, used_at, turn_count, message_count, bytes, system)
       VALUES (@id, @owner, @now, @now, 0, 0, 0, '[]')`,
    ),
    countOf: database.prepare('SELECT count(*) FROM conversations WHERE owner IS ?').pluck(),
    deleteOldest: database.prepare(
      `DELETE FROM conversations WHERE id IN
         (SELECT id FROM conversations WHERE owner IS @owner AND id <> @id
            AND id NOT IN (SELECT value FROM json_each(@busy))
          ORDER BY used_at LIMIT @count)`,
    ),
    facts: database.prepare(`SELECT ${factColumns} FROM conversations WHERE ${ofCaller}`),
    find: database.prepare(`SELECT ${factColumns}, bytes, system FROM conversations WHERE ${ofCaller}`),
    turns: database.prepare('SELECT model, messages FROM conversation_turns WHERE conversation_id = ? ORDER BY seq'),
    // Also where it has expired while the answer was made.
    count: database.prepare('SELECT turn_count FROM conversations WHERE id = @id AND owner IS @owner').pluck(),
    insertTurn: database.prepare(
      `INSERT INTO conversation_turns (conversation_id, seq, model, messages) VALUES (@id, @seq, @model, @messages)`,
    ),
    touch: database.prepare(
      `UPDATE conversations SET used_at = @now, turn_count = turn_count + 1, bytes = bytes + @bytes,
         message_count = message_count + @messageCount, system = @system WHERE id = @id`,
    ),
    delete: database.prepare(`DELETE FROM conversations WHERE ${ofCaller}`),
    deleteExpired: database.prepare(
      `DELETE FROM conversations WHERE id IN
         (SELECT id FROM conversations WHERE used_at <= ? ORDER BY used_at LIMIT ?)`,
    ),
  };
}
