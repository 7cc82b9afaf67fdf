import { cancelledTurn, turnList } from '../routes/turns/turn-schema.ts';
import { eitherFormat } from './errors-format.ts';
import { behindToken } from './failures.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, operation, pathParameter, type Operation } from './operation.ts';

const common = { tag: 'Service', formats: eitherFormat, headers: everyAnswer } as const;

/** What is being answered; for tokens of owners and viewers where there are tokens. */
export const turnOperations = {
  list: operation({
    ...common,
    id: 'listTurns',
    summary: 'The requests that are being answered',
    answers: { 200: jsonAnswer('The longest running first.', everyAnswer, { name: 'TurnList', schema: turnList }) },
    failures: [...behindToken, 'ROLE_REQUIRED'],
  }),
  cancel: operation({
    ...common,
    id: 'cancelTurn',
    summary: 'Cancels a request that is being answered',
    description: 'For owners. Its client gets `turn_cancelled`, as an event if a part of the answer has been sent.',
    parameters: [pathParameter('id', 'The id of the request.')],
    answers: {
      200: jsonAnswer('It is being ended.', everyAnswer, { name: 'CancelledTurn', schema: cancelledTurn }),
    },
    failures: [...behindToken, 'ROLE_REQUIRED', 'TURN_NOT_FOUND', 'INVALID_REQUEST', 'UNSUPPORTED_MEDIA_TYPE'],
  }),
} satisfies Record<string, Operation>;
