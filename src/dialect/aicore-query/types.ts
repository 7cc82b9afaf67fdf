import type { z } from 'zod';
import type * as answer from './answer-schema.ts';

interface Data {
  stream_event: z.infer<typeof answer.streamEvent>;
  assistant_message: z.infer<typeof answer.assistantMessage>;
  user_message: z.infer<typeof answer.userMessage>;
  system_message: z.infer<typeof answer.systemMessage>;
  result_message: z.infer<typeof answer.resultMessage>;
  error: z.infer<typeof answer.failedQuery>;
}

/** An event of a stream and its name. */
export type QueryEvent = { [Name in keyof Data]: { event: Name; data: Data[Name] } }[keyof Data];
export type ResultMessage = Data['result_message'];
export type AssistantBlock = Data['assistant_message']['content'][number];
export type Capabilities = z.infer<typeof answer.capabilities>;
export type CancelledQuery = z.infer<typeof answer.cancelledQuery>;
