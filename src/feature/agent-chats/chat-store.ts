import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

/** What is known of a session that a chat client drives. */
export interface StoredChat {
  sessionId: string;
  /** The hash of all that was said in it; `null` where only who names the session goes on with it. */
  exchange: string | null;
  /** The id of the user's last event in it. */
  lastMessage: string;
  /** What the client's system prompt said. */
  system: string;
}

/** Where chats are kept, as long as their sessions. Each method rejects with a HarnessError (INTERNAL) when it can't be used. */
export interface ChatStore {
  /** The newest chat of that exchange, which nobody else gets from then on. */
  take(exchange: string): Promise<StoredChat | undefined>;
  find(sessionId: string): Promise<StoredChat | undefined>;
  /** Nothing happens where the session is gone. */
  save(chat: StoredChat): Promise<void>;
}

export function createChatStore(stateFile: StateFile): ChatStore {
  const statements = memoizePerConnection(prepareStatements);

  function take(database: StateDatabase, exchange: string): StoredChat | undefined {
    const chat = statements(database).byExchange.get(exchange) as StoredChat | undefined;
    if (chat !== undefined) statements(database).release.run(chat.sessionId);
    return chat;
  }

  function save(database: StateDatabase, chat: StoredChat): void {
    statements(database).save.run({ ...chat });
  }

  return {
    take: (exchange) => promised(() => stateFile.write((database) => take(database, exchange))),
    find: (sessionId) =>
      promised(() => stateFile.read((database) => statements(database).find.get(sessionId) as StoredChat | undefined)),
    save: (chat) =>
      promised(() =>
        stateFile.write((database) => {
          save(database, chat);
        }),
      ),
  };
}

function prepareStatements(database: StateDatabase) {
  const columns = 'session_id AS sessionId, exchange, last_message AS lastMessage, system';
  return {
    byExchange: database.prepare(`SELECT ${columns} FROM agent_chats WHERE exchange = ? ORDER BY rowid DESC LIMIT 1`),
    release: database.prepare('UPDATE agent_chats SET exchange = NULL WHERE session_id = ?'),
    find: database.prepare(`SELECT ${columns} FROM agent_chats WHERE session_id = ?`),
    save: database.prepare(
      `INSERT INTO agent_chats SELECT @sessionId, @exchange, @lastMessage, @system
       WHERE EXISTS (SELECT 1 FROM sessions WHERE id = @sessionId)
       ON CONFLICT DO UPDATE SET exchange = excluded.exchange, last_message = excluded.last_message,
         system = excluded.system`,
    ),
  };
}
