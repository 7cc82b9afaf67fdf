import { defaultTextMapGetter, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { JournalEntry } from '../../core/journal.ts';

const propagator = new W3CTraceContextPropagator();

/** The caller's span, which the turn's is a child of; what is no valid trace context starts a trace of its own. */
export function traceParentOf({ trace }: Pick<JournalEntry, 'trace'>): Context {
  return propagator.extract(ROOT_CONTEXT, trace ?? {}, defaultTextMapGetter);
}
