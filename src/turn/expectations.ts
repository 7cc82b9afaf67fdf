import type { Conversation } from '../core/conversation.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { offeredTools, requiresCall } from '../messages-api/request-body.ts';
import { compileSchema, type Validate } from './json-schema.ts';

/** What an answer has to be, beyond what the API ensures. */
export interface Expectations {
  /** It calls one of the client's tools. */
  call: boolean;
  /** It is a value of this form, or calls tools. */
  output: Validate | undefined;
  /** The arguments of these tools have this form. */
  strict: ReadonlyMap<string, Validate>;
}

/** `undefined` where any answer will do. Throws `INVALID_REQUEST` for a schema that is not valid. */
export function expectationsOf(conversation: Conversation, turn: TurnOptions): Expectations | undefined {
  const call = requiresCall(turn);
  const strict = new Map(
    offeredTools(conversation, turn)
      .filter((tool) => tool.strict)
      .map(({ name, inputSchema, field }) => [name, compileSchema(inputSchema, field)]),
  );
  // Compiled in any case: an invalid schema is the client's mistake whether it is used or not.
  const validate = turn.output === undefined ? undefined : compileSchema(turn.output.schema, turn.output.field);
  const output = call ? undefined : validate;
  return call || output !== undefined || strict.size > 0 ? { call, output, strict } : undefined;
}
