import { describeConversationStore } from '../feature/conversations/conversation-store-cases.ts';
import { openPostgres } from './open-postgres-state.ts';

describeConversationStore(openPostgres);
