import type { Response } from 'express';
import type { Conversation } from '../core/conversation.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { setAnswerHeaders } from './answer-headers.ts';
import { recordOf } from './record-of.ts';
import type { RouteServices } from './routes/route.ts';
import { trackConnection } from './track-connection.ts';

/** The tokens of a prompt, for the answer to it, whose headers are set; what nobody counts exactly is in a warning. */
export async function countTokens(
  res: Response,
  { backend, active }: RouteServices,
  conversation: Conversation,
  options: TurnOptions,
): Promise<number> {
  const record = recordOf(res);
  const { client } = record;
  const turn = { ...options, ...(client !== undefined && { client }) };
  const { inputTokens, estimated } = await backend.countTokens(conversation, turn, trackConnection(res, active));
  if (estimated !== undefined) record.warnings.push(estimated);
  setAnswerHeaders(res, record);
  return inputTokens;
}
