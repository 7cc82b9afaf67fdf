import { z } from 'zod';
import { expected, expectedType, flag, listOf, object, text } from '../anthropic-shared/schema-errors.ts';
import { resultContent, systemContent, userContent } from './content-schema.ts';
import { fields, refused } from './read-request.ts';

/** What clients may send to a session. */

const id = text.min(1, { error: 'Input should not be empty' });

const userMessage = fields({ type: z.literal('user.message'), content: userContent });
const systemMessage = fields({ type: z.literal('system.message'), content: systemContent });
const interrupt = fields({
  type: z.literal('user.interrupt'),
  session_thread_id: refused('A session has one thread; leave it out'),
});

const results = ['allow', 'deny'] as const;
const toolConfirmation = fields({
  type: z.literal('user.tool_confirmation'),
  tool_use_id: id,
  result: z.enum(results, { error: expected(listOf(results)) }),
  deny_message: text.nullable().exactOptional(),
  updated_input: object
    .meta({ type: 'object', description: 'What the tool is called with instead. Not part of the API of Anthropic’s.' })
    .exactOptional(),
  for_session: flag
    .meta({
      description: 'Also allows such calls for the rest of the session. Not part of the API of Anthropic’s.',
    })
    .exactOptional(),
})
  .refine(({ result, deny_message: message }) => message == null || result === 'deny', {
    path: ['deny_message'],
    error: "Only allowed when result is 'deny'",
  })
  .refine(({ result, updated_input: input }) => input === undefined || result === 'allow', {
    path: ['updated_input'],
    error: "Only allowed when result is 'allow'",
  })
  .refine(({ result, for_session: forSession }) => forSession !== true || result === 'allow', {
    path: ['for_session'],
    error: "Only allowed when result is 'allow'",
  });

const customToolResult = fields({
  type: z.literal('user.custom_tool_result'),
  custom_tool_use_id: id,
  content: resultContent.exactOptional(),
  is_error: flag.nullable().exactOptional(),
});

const elsewhere: Readonly<Record<string, string>> = {
  'user.define_outcome': 'Outcomes are not supported; say in a user.message what is to be achieved',
  'user.tool_result': "The agent runs its tools itself; results of the client's own tools are user.custom_tool_result",
};
const others = (type: string): string | undefined => elsewhere[type];

const eventTypes = [
  'user.message',
  'user.interrupt',
  'user.tool_confirmation',
  'user.custom_tool_result',
  'system.message',
];
const clientEvent = z.discriminatedUnion(
  'type',
  [userMessage, interrupt, toolConfirmation, customToolResult, systemMessage],
  { error: expectedType(eventTypes, others) },
);
const initialEvent = z.discriminatedUnion('type', [userMessage, systemMessage], {
  error: expectedType(['user.message', 'system.message'], others),
});

const maxInitialEvents = 50;
export const initialEvents = z
  .array(initialEvent, { error: expected('a list of events') })
  .max(maxInitialEvents, { error: `List should have at most ${maxInitialEvents} events` });

export const sendBody = fields({
  events: z
    .array(clientEvent, { error: expected('a list of events') })
    .min(1, { error: 'at least one event is required' }),
});

export type ClientEventParam = z.infer<typeof clientEvent>;
