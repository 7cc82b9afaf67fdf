import { z } from 'zod';
import { openAiError } from '../openai-shared/error-schema.ts';
import { annotation, outputItem, outputPart, summaryPart } from './output-schema.ts';
import { wireResponse } from './response-schema.ts';

const place = z.int().nonnegative();
const noLogprobs = z.array(z.never()).max(0);

/** The place of an event's item, and of its part. */
const inItem = { item_id: z.string(), output_index: place };
const inPart = { ...inItem, content_index: place };
const inSummary = { ...inItem, summary_index: place };

const lifecycleEvent = z.object({
  type: z.enum([
    'response.created',
    'response.queued',
    'response.in_progress',
    'response.completed',
    'response.incomplete',
    'response.failed',
  ]),
  response: wireResponse,
});

/** An event without its number. */
export const eventBody = z.discriminatedUnion('type', [
  lifecycleEvent,
  z.object({
    type: z.enum(['response.output_item.added', 'response.output_item.done']),
    output_index: place,
    item: outputItem,
  }),
  z.object({
    type: z.enum(['response.content_part.added', 'response.content_part.done']),
    part: outputPart,
    ...inPart,
  }),
  z.object({
    type: z.literal('response.output_text.delta'),
    delta: z.string(),
    logprobs: noLogprobs,
    ...inPart,
  }),
  z.object({ type: z.literal('response.output_text.done'), text: z.string(), logprobs: noLogprobs, ...inPart }),
  z.object({
    type: z.literal('response.output_text.annotation.added'),
    annotation_index: place,
    annotation,
    ...inPart,
  }),
  z.object({ type: z.literal('response.refusal.delta'), delta: z.string(), ...inPart }),
  z.object({ type: z.literal('response.refusal.done'), refusal: z.string(), ...inPart }),
  z.object({ type: z.literal('response.function_call_arguments.delta'), delta: z.string(), ...inItem }),
  z.object({
    type: z.literal('response.function_call_arguments.done'),
    name: z.string(),
    namespace: z.string().exactOptional(),
    arguments: z.string(),
    ...inItem,
  }),
  z.object({ type: z.literal('response.custom_tool_call_input.delta'), delta: z.string(), ...inItem }),
  z.object({ type: z.literal('response.custom_tool_call_input.done'), input: z.string(), ...inItem }),
  z.object({
    type: z.enum(['response.reasoning_summary_part.added', 'response.reasoning_summary_part.done']),
    part: summaryPart,
    ...inSummary,
  }),
  z.object({ type: z.literal('response.reasoning_summary_text.delta'), delta: z.string(), ...inSummary }),
  z.object({ type: z.literal('response.reasoning_summary_text.done'), text: z.string(), ...inSummary }),
  z.object({
    type: z.enum([
      'response.web_search_call.in_progress',
      'response.web_search_call.searching',
      'response.web_search_call.completed',
    ]),
    ...inItem,
  }),
  z.object({
    type: z.literal('error'),
    code: z.string(),
    message: z.string(),
    param: z.string().nullable(),
    ...openAiError.shape,
  }),
]);

const number = { sequence_number: place };
const [lifecycle, ...others] = eventBody.options;

/** An event as it is sent: the number makes it possible to go on after the last one that came. */
export const wireEvent = z.discriminatedUnion('type', [
  lifecycle.extend(number),
  ...others.map((event) => event.extend(number)),
]);
