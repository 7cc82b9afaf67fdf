import type { Conversation } from '../core/conversation.ts';
import type { Sampling, TurnOptions } from '../core/turn-options.ts';
import { hasSystemMessages, joinSystemMessages } from '../messages-api/system-messages.ts';

/** What a turn asks of a model. */
export interface ModelRequest {
  conversation: Conversation;
  turn: TurnOptions;
}

/** What a turn may ask for and can be answered without: some models refuse it. */
export type Feature =
  'temperature' | 'top_p' | 'top_k' | 'effort' | 'output_format' | 'strict_tools' | 'system_messages';

interface FeatureUse {
  isUsed: (request: ModelRequest) => boolean;
  without: (request: ModelRequest) => ModelRequest;
  /** What the client loses; absent where the harness has a way of its own. */
  loss?: string;
}

const uses: Record<Feature, FeatureUse> = {
  temperature: { ...samplingUse('temperature'), loss: 'temperature' },
  top_p: { ...samplingUse('topP'), loss: 'top_p' },
  top_k: { ...samplingUse('topK'), loss: 'top_k' },
  effort: {
    isUsed: ({ turn }) => turn.omitsEffort !== true && turn.effort !== 'none',
    without: ({ conversation, turn }) => ({ conversation, turn: { ...turn, omitsEffort: true } }),
    loss: 'effort',
  },
  output_format: {
    isUsed: ({ turn }) => turn.output?.constrained === true,
    without({ conversation, turn }) {
      if (turn.output === undefined) return { conversation, turn };
      return { conversation, turn: { ...turn, output: { ...turn.output, constrained: false } } };
    },
  },
  strict_tools: {
    isUsed: ({ conversation }) => conversation.tools?.some(({ constrained }) => constrained === true) === true,
    without({ conversation, turn }) {
      const tools = conversation.tools?.map((tool) => ({ ...tool, constrained: false })) ?? [];
      return { conversation: { ...conversation, tools }, turn };
    },
  },
  system_messages: {
    isUsed: ({ conversation }) => hasSystemMessages(conversation),
    without: ({ conversation, turn }) => ({ conversation: joinSystemMessages(conversation), turn }),
  },
};

const features = Object.keys(uses) as Feature[];

export function featuresOf(request: ModelRequest): Feature[] {
  return features.filter((feature) => uses[feature].isUsed(request));
}

export function without(request: ModelRequest, feature: Feature): ModelRequest {
  return uses[feature].without(request);
}

/** What the client loses of what it asked for; `undefined` where it loses nothing. */
export function lossOf({ turn }: ModelRequest, feature: Feature): string | undefined {
  // The service's own setting is nobody's request.
  return feature === 'effort' && turn.effort === undefined ? undefined : uses[feature].loss;
}

function samplingUse(name: keyof Sampling): FeatureUse {
  return {
    isUsed: ({ turn }) => turn.sampling?.[name] !== undefined,
    without: ({ conversation, turn }) => {
      const others = Object.entries(turn.sampling ?? {}).filter(([key]) => key !== name);
      return { conversation, turn: { ...turn, sampling: Object.fromEntries(others) } };
    },
  };
}
