import type { z } from 'zod';
import type * as event from './event-schema.ts';
import type * as output from './output-schema.ts';
import type * as response from './response-schema.ts';

/** The fields of its request that a response repeats. */
export type ResponseEcho = z.infer<typeof response.responseEcho>;
export type ResponseUsage = z.infer<typeof response.responseUsage>;
export type ResponseStatus = z.infer<typeof response.responseStatus>;
export type WireResponse = z.infer<typeof response.wireResponse>;
export type ItemPage = z.infer<typeof response.itemPage>;

export type ItemStatus = z.infer<typeof output.itemStatus>;
export type WirePart = z.infer<typeof output.outputPart>;
export type WireMessage = z.infer<typeof output.outputMessage>;
export type WireCall = z.infer<typeof output.outputCall>;
export type WireCustomCall = z.infer<typeof output.outputCustomCall>;
export type WireLocalShellCall = z.infer<typeof output.outputLocalShellCall>;
export type WireApplyPatchCall = z.infer<typeof output.outputApplyPatchCall>;
export type SummaryPart = z.infer<typeof output.summaryPart>;
/** Its `encrypted_content` is what `sealThought` makes of the thinking. */
export type WireReasoning = z.infer<typeof output.outputReasoning>;
export type WireSearch = z.infer<typeof output.outputSearch>;
export type Annotation = z.infer<typeof output.annotation>;
export type WireItem = z.infer<typeof output.outputItem>;

/** An event without its number. */
export type EventBody = z.infer<typeof event.eventBody>;
export type WireEvent = EventBody & { sequence_number: number };
