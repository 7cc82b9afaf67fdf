import type { ContentBlock } from '../../core/agent-engine.ts';
import type { TextContent } from '../../core/session-event.ts';
import type { EarlierMessage } from '../../core/sessions.ts';
import type { NewEvent } from './session-change.ts';

/** What was said before a session began, as events that stand before all of its own. */
export function toEarlierEvents(history: readonly EarlierMessage[], newEventId: () => string): readonly NewEvent[] {
  return history.map(({ role, content }) =>
    role === 'user'
      ? { id: newEventId(), type: 'user.message', content }
      : { id: newEventId(), type: 'agent.message', content: content.filter(isText) },
  );
}

function isText(block: ContentBlock): block is TextContent {
  return block.type === 'text';
}
