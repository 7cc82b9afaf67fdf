import type { ContentBlock, EarlierMessage } from '../../core/agent-engine.ts';
import type { SessionEvent, TextContent } from '../../core/session-event.ts';
import type { NewEvent } from './session-change.ts';

/** What was said before a session began, as events that stand before all of its own. */
export function toEarlierEvents(history: readonly EarlierMessage[], newEventId: () => string): readonly NewEvent[] {
  return history.map(({ role, content }) =>
    role === 'user'
      ? { id: newEventId(), type: 'user.message', content }
      : { id: newEventId(), type: 'agent.message', content: content.filter(isText) },
  );
}

export function fromEarlierEvents(events: readonly SessionEvent[]): readonly EarlierMessage[] {
  return events.flatMap((event): EarlierMessage[] => {
    if (event.type === 'user.message') return [{ role: 'user', content: event.content }];
    return event.type === 'agent.message' ? [{ role: 'assistant', content: event.content }] : [];
  });
}

function isText(block: ContentBlock): block is TextContent {
  return block.type === 'text';
}
