import { createHash } from 'node:crypto';
import type { ServedBy } from '../../core/backend.ts';
import type { TurnRequest } from '../../core/endpoint.ts';
import type { Caller } from '../../core/sessions.ts';
import { without } from '../../core/without.ts';

/** Everything that an answer may depend on, and who may be given it. */
export interface KeyParts {
  caller: Caller;
  namespace: string | undefined;
  dialect: string;
  route: string;
  /** As the client sent it: it may tell requests apart by what the harness does not read. */
  body: Readonly<Record<string, unknown>>;
  /** What the body became, with what headers and the configuration add to it. */
  request: Pick<TurnRequest, 'model' | 'conversations' | 'options'>;
  servedBy: ServedBy;
  /** The version of the harness, and how it is configured to ask. */
  setup: string;
}

/** Fields that say how an answer is handed over; it is the same answer. */
const handing = ['stream', 'stream_options', 'cache'] as const;

/**
 * The hash of all of it. The order of keys counts: the model may see it, as in the schema of a tool.
 */
export function cacheKey({ body, request, ...others }: KeyParts): string {
  const { model, conversations, options } = request;
  const parts = { ...others, body: without(body, ...handing), model, conversations, options };
  return createHash('sha256').update(JSON.stringify(parts, withMaps)).digest('hex');
}

/** JSON has no maps, and would leave out what is in them. */
function withMaps(_name: string, value: unknown): unknown {
  return value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
}
