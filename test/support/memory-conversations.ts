import { conversationBusy, conversationNotFound } from '../../src/feature/conversations/conversation-errors.ts';
import type { ConversationStore, StoredConversation } from '../../src/feature/conversations/conversation-store.ts';
import { Conversations } from '../../src/feature/conversations/conversations.ts';

/** Conversations of all callers together, that end with the test. */
export function memoryConversations({ maxBytes = 1024 ** 2 } = {}): Conversations {
  let ids = 0;
  const newId = () => String((ids += 1)).padStart(16, '0');
  return new Conversations({ store: memoryStore(), keepMs: 60_000, maxBytes, newId });
}

function memoryStore(): ConversationStore {
  const stored = new Map<string, StoredConversation>();
  return {
    create(_caller, id) {
      stored.set(id, { id, createdAt: 1000, usedAt: 1000, messageCount: 0, bytes: 0, system: [], turns: [] });
      return Promise.resolve();
    },
    describe: (_caller, id) => Promise.resolve(stored.get(id)),
    find: (_caller, id) => Promise.resolve(stored.get(id)),
    append(_caller, id, { model, messages, system, after }) {
      const before = stored.get(id);
      if (before === undefined) return Promise.reject(conversationNotFound());
      if (before.turns.length !== after) return Promise.reject(conversationBusy());
      const messageCount = before.messageCount + messages.length;
      const bytes = before.bytes + JSON.stringify(messages).length;
      stored.set(id, { ...before, messageCount, bytes, system, turns: [...before.turns, { model, messages }] });
      return Promise.resolve();
    },
    delete: (_caller, id) => Promise.resolve(stored.delete(id)),
  };
}
