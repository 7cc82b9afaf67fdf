const text = { type: 'string' };

/** The headers that answers may have, by the names of their components. */
export const headers = {
  'x-request-id': {
    description: "The request's id in the log; an id that the client sends is kept.",
    required: true,
    schema: text,
  },
  'request-id': { description: "The same, for Anthropic's clients.", required: true, schema: text },
  'x-claude-harness-ignored': {
    description: 'Fields of the request that were accepted but have no effect, separated by commas.',
    schema: text,
  },
  'x-claude-harness-warning': {
    description: 'How the answer differs from the request, and why.',
    schema: text,
  },
  'x-claude-harness-backend': {
    description: 'The direct backend answered, billed to the API key.',
    schema: { type: 'string', enum: ['direct'] },
  },
  'x-claude-harness-progress': {
    description: 'How many requests of a batch have ended, and how many it has, such as `12/100`.',
    schema: text,
  },
  'x-session-id': {
    description: 'The stored conversation, or the session of an agent, in which the answer was given.',
    schema: text,
  },
  'cache-status': {
    description:
      'What the response cache did: `hit`, `fwd=miss` (with `stored` or `collapsed`), `fwd=request` or `fwd=bypass` (RFC 9211). Absent where it is off.',
    schema: text,
  },
  age: { description: 'How many seconds ago the answer was made.', schema: { type: 'integer', minimum: 0 } },
  'retry-after': { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 1 } },
  'x-should-retry': {
    description: 'Retrying will not help for hours.',
    schema: { type: 'string', enum: ['false'] },
  },
  'www-authenticate': { description: 'How to authenticate.', schema: { type: 'string', enum: ['Bearer'] } },
} as const;

export type HeaderName = keyof typeof headers;

export const everyAnswer: readonly HeaderName[] = ['x-request-id', 'request-id'];
/** Of answers that a model gives, and of failures on the way there. */
export const turnAnswer: readonly HeaderName[] = [
  ...everyAnswer,
  'x-claude-harness-ignored',
  'x-claude-harness-warning',
  'x-claude-harness-backend',
  'x-session-id',
  'cache-status',
  'age',
];

export function headerRefs(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
