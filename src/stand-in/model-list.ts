/** The models that the stand-in lists, newest first, as the API describes them. It accepts any name. */
export const modelList: object = toPage([
  describe('claude-opus-4-8', 'Claude Opus 4.8', { adaptive: true, enabled: false, efforts: ['xhigh', 'max'] }),
  describe('claude-sonnet-4-6', 'Claude Sonnet 4.6', { adaptive: true, enabled: true, efforts: ['max'] }),
  describe('claude-haiku-4-5-20251001', 'Claude Haiku 4.5', { adaptive: false, enabled: true }),
]);

interface Model {
  id: string;
  [field: string]: unknown;
}

interface Capabilities {
  /** Whether the model can decide how much to think. */
  adaptive: boolean;
  /** Whether the model accepts a thinking budget. */
  enabled: boolean;
  /** Effort levels besides low, medium and high; if absent, the model has no levels at all. */
  efforts?: string[];
}

function describe(id: string, displayName: string, { adaptive, enabled, efforts }: Capabilities): Model {
  const isLevel = (level: string) => ({ supported: efforts?.includes(level) === true });
  const usual = { supported: efforts !== undefined };
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: '2025-10-01T00:00:00Z',
    max_input_tokens: 200_000,
    max_tokens: 64_000,
    capabilities: {
      effort: { ...usual, low: usual, medium: usual, high: usual, xhigh: isLevel('xhigh'), max: isLevel('max') },
      thinking: {
        supported: true,
        types: {
          adaptive: { supported: adaptive },
          enabled: { supported: enabled },
          disabled: { supported: true },
        },
      },
    },
  };
}

function toPage(data: Model[]): object {
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
