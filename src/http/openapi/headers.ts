const text = { type: 'string' };

/** The headers that answers may have, by the names of their components. */
export const headers = {
  'x-request-id': {
    description: "The request's id in the log; one that the client sends is taken over.",
    required: true,
    schema: text,
  },
  'request-id': { description: "The same, where Anthropic's clients look for it.", required: true, schema: text },
  'x-claude-harness-ignored': {
    description: 'Fields of the request that were accepted and have no effect, with commas between them.',
    schema: text,
  },
  'x-claude-harness-warning': {
    description: 'The answer is not quite what was asked for, and why.',
    schema: text,
  },
  'x-claude-harness-backend': {
    description: 'The direct backend answered, so that the answer was billed to the API key.',
    schema: { type: 'string', enum: ['direct'] },
  },
  'retry-after': { description: 'How many seconds to wait.', schema: { type: 'integer', minimum: 1 } },
  'x-should-retry': {
    description: 'Trying again is of no use for hours.',
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
];

export function headerRefs(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
