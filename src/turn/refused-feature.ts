import { HarnessError } from '../core/errors.ts';
import { featuresOf, type Feature, type ModelRequest } from './model-request.ts';

/** A feature that a model has refused. */
export interface Refusal {
  feature: Feature;
  /** What it was refused with; absent where the model does not take the feature at all. */
  circumstance?: string;
}

/** How the API names what it refuses. A request is only ever relieved of what it used. */
export const refusalRows: readonly {
  feature: Feature;
  pattern: RegExp;
  /** Sentences of the API, as its users report them. */
  samples: readonly string[];
  /** Whether the sentence is about this request rather than about the model. */
  isParticular?: (sentence: string) => boolean;
}[] = [
  {
    feature: 'top_p',
    // Either would do without the other; the temperature is what clients set deliberately.
    pattern: /\btemperature\b.*\btop_p\b|\btop_p\b.*\btemperature\b/s,
    samples: ['`temperature` and `top_p` cannot both be specified for this model. Please use only one.'],
    isParticular: () => true,
  },
  {
    feature: 'temperature',
    pattern: /\btemperature\b/,
    samples: [
      '`temperature` is deprecated for this model.',
      '`temperature` may only be set to 1 when thinking is enabled.',
    ],
  },
  {
    feature: 'top_p',
    pattern: /\btop_p\b/,
    samples: ['`top_p` is deprecated for this model.', 'top_p: Extra inputs are not permitted'],
  },
  { feature: 'top_k', pattern: /\btop_k\b/, samples: ['`top_k` must be unset when thinking is enabled.'] },
  { feature: 'effort', pattern: /\beffort\b/, samples: ['This model does not support the effort parameter.'] },
  {
    feature: 'output_format',
    pattern: /\boutput_(?:config\.)?format\b|\bstructured outputs?\b|\bcompiled grammar\b|\bschema is too complex\b/i,
    samples: [
      "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
      'output_format: Extra inputs are not permitted',
      'output_config.format: structured outputs are not supported on this model.',
    ],
    isParticular: isAboutSchema,
  },
  {
    feature: 'strict_tools',
    pattern:
      /\bstrict\b|\btools\.\d+(?:\.\w+)*\.input_schema\b|\btools\.\d+.*additionalProperties|\bcompiled grammar\b|\bschema is too complex\b/i,
    samples: [
      'tools.0.custom.strict: Extra inputs are not permitted',
      "tools.0.custom: For 'object' type, 'additionalProperties' must be explicitly set to false",
      'Schema is too complex. Simplify your tool schemas or reduce the number of strict tools.',
    ],
    isParticular: isAboutSchema,
  },
  {
    feature: 'system_messages',
    pattern: /\brole\b\W*system\b|\bsystem\b\W*(?:role|messages?)\b|\bmessages\.\d+\.role\b/i,
    samples: [
      "role 'system' is not supported on this model",
      "messages.1.role: Input should be 'user' or 'assistant'",
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    ],
  },
];

function isAboutSchema(sentence: string): boolean {
  return /schema|additionalProperties|grammar|too many/i.test(sentence) && !/\bthis model\b/i.test(sentence);
}

/** What of a request the API has refused with an error; `undefined` where it is something else, or indispensable. */
export function refusalOf(error: unknown, request: ModelRequest): Refusal | undefined {
  if (!(error instanceof HarnessError) || error.code !== 'INVALID_REQUEST' || error.facts.upstreamStatus !== 400) {
    return undefined;
  }
  const { message } = error;
  const used = new Set(featuresOf(request));
  const row = refusalRows.find(({ feature, pattern }) => used.has(feature) && pattern.test(message));
  if (row === undefined) return undefined;
  const { feature } = row;
  return row.isParticular?.(message) === true
    ? { feature, circumstance: circumstanceOf(feature, request) }
    : { feature };
}

/** What beside the model a refusal may depend on. */
export function circumstanceOf(feature: Feature, { conversation, turn }: ModelRequest): string {
  switch (feature) {
    case 'top_p':
      // Beside a temperature of the client's, or the one that the CLI sends by itself.
      return turn.sampling?.temperature === undefined ? 'alone' : 'beside temperature';
    case 'output_format':
      return JSON.stringify(turn.output?.schema);
    case 'strict_tools':
      return JSON.stringify(conversation.tools?.flatMap((tool) => (tool.constrained ? [tool.inputSchema] : [])));
    case 'temperature':
    case 'top_k':
    case 'effort':
    case 'system_messages':
      return '';
  }
}
