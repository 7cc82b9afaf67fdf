import type { ClientEvent } from '../../core/session-event.ts';
import { sendBody, type ClientEventParam } from './event-request-schema.ts';
import { readRequest } from './read-request.ts';

/** Reads the body of `POST /v1/sessions/{id}/events`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromSendBody(body: unknown): ClientEvent[] {
  const { events } = readRequest(sendBody, body, 'The request body must be a JSON object with events.');
  return events.map(toClientEvent);
}

/** Without fields that mean nothing here. */
export function toClientEvent(event: ClientEventParam): ClientEvent {
  return event.type === 'user.interrupt' ? { type: event.type } : event;
}
