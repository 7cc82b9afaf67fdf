import { HarnessError } from '../../core/errors.ts';
import { sessionHeader } from '../../core/session-header.ts';

export function conversationNotFound(): HarnessError {
  return new HarnessError(
    'SESSION_NOT_FOUND',
    'No stored conversation has this session id: it was deleted, has expired, or belongs to another token. Create one with POST /v1/sessions.',
    { param: sessionHeader },
  );
}

export function conversationBusy(): HarnessError {
  return new HarnessError(
    'SESSION_CONFLICT',
    'Another request is being answered in this session; send the next one when that answer is complete.',
    { param: sessionHeader },
  );
}

export function conversationTooLarge(): HarnessError {
  return new HarnessError(
    'BODY_TOO_LARGE',
    'The stored conversation would become larger than conversations.max_size allows; begin a new one with POST /v1/sessions.',
    { param: sessionHeader },
  );
}

export function severalChoices(): HarnessError {
  return new HarnessError(
    'INVALID_REQUEST',
    `n must be 1 with the header ${sessionHeader}: a conversation goes on from one answer.`,
    { param: 'n' },
  );
}
