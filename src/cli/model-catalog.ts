import { LRUCache } from 'lru-cache';
import type { ModelInfo } from '../core/backend.ts';
import type { Effort } from '../core/turn-options.ts';
import { maxOutputTokens } from '../messages-api/output-limits.ts';
import { modelNotFound } from '../core/model-not-found.ts';
import { aliased, claudeModelId, type ModelNames } from '../messages-api/model-names.ts';
import type { CliModel } from '../process/initialize-response.ts';
import type { ModelTraits } from './turn/body.ts';

/** Names that every CLI version understands, whether its own list has them or not (2.1.197 may list only `opus[1m]`). */
const builtIn: CliModel[] = ['default', 'sonnet', 'opus', 'haiku'].map((value) => ({ value }));

/**
 * Models that take a budget for their thinking, by name; every later one decides for itself. A CLI that does not list
 * `haiku` means 4.5 by it (2.1.197).
 */
const takesBudget = /^(?:haiku$|claude-3|claude-(?:haiku|sonnet|opus)-4-[0-5]\b|claude-(?:sonnet|opus)-4(?:-2025|$))/;

const maxOwn = 100;

/** The models that can be asked for: what the CLI last reported, and the configuration's own names. */
export class ModelCatalog {
  readonly #names: ModelNames;
  readonly #defaultModel: () => string;
  #models = builtIn;
  /** What processes of a model have reported of that alone. Clients choose the names, so that there is a bound. */
  readonly #own = new LRUCache<string, CliModel>({ max: maxOwn });

  constructor(names: ModelNames, defaultModel: () => string) {
    this.#names = names;
    this.#defaultModel = defaultModel;
  }

  /**
   * Takes in the list of an `initialize` response; it follows the login and the CLI's version. A process that was started
   * with a model's full name reports that as well (2.1.332), which is no reason to offer it to everybody.
   */
  update(models: readonly CliModel[], ofModel: string): void {
    const isOwn = ({ value }: CliModel) => value === ofModel && claudeModelId.test(value) && !this.#isListed(value);
    const own = models.find(isOwn);
    if (own !== undefined) this.#own.set(ofModel, own);
    const listed = models.filter((model) => !isOwn(model));
    if (listed.length > 0) this.#models = listed;
  }

  #isListed(name: string): boolean {
    return this.#models.some(({ value }) => value === name);
  }

  /** The name to start the CLI with. Throws `MODEL_NOT_FOUND`. */
  resolve(requested: string): string {
    const alias = aliased(requested, this.#names);
    if (alias !== undefined) return alias;
    const known = [...builtIn, ...this.#models].some(({ value }) => value === requested);
    if (known || claudeModelId.test(requested)) return requested;
    if (this.#names.unknown !== undefined) return this.#names.unknown;
    throw modelNotFound();
  }

  /** The full name behind a CLI name such as `sonnet`, as far as the CLI has reported it. */
  resolvedName(model: string): string {
    return this.#find(model)?.resolvedModel ?? model;
  }

  /** Whether the model can answer without thinking, as far as the CLI has reported it. */
  canStopThinking(model: string): boolean {
    return this.#find(model)?.supportsThinkingOff !== false;
  }

  /** What the CLI has reported of a model, or what its name tells. */
  traits(model: string): ModelTraits {
    const reported = this.#find(model);
    const name = this.resolvedName(model);
    const isAdaptive = reported?.supportsAdaptiveThinking ?? !takesBudget.test(name);
    return {
      thinking: isAdaptive ? 'adaptive' : 'budget',
      efforts: reported?.supportedEffortLevels,
      maxTokens: maxOutputTokens(name),
    };
  }

  #find(model: string): CliModel | undefined {
    const all = [...this.#models, ...this.#own.values()];
    return all.find(({ value, resolvedModel }) => value === model || resolvedModel === model);
  }

  list(): ModelInfo[] {
    const models = new Map<string, ModelInfo>();
    const ofDefault = this.#own.get(this.#defaultModel());
    for (const model of ofDefault === undefined ? this.#models : [...this.#models, ofDefault]) {
      models.set(model.value, toModelInfo(model.value, model));
      const resolved = model.resolvedModel;
      if (resolved !== undefined && !models.has(resolved)) models.set(resolved, toModelInfo(resolved, model));
    }
    for (const [alias, target] of Object.entries(this.#names.aliases)) {
      const model = this.#models.find(({ value }) => value === target);
      models.set(alias, toModelInfo(alias, model ?? { value: target, resolvedModel: target }));
    }
    return [...models.values()];
  }
}

function toModelInfo(id: string, model: CliModel): ModelInfo {
  const { resolvedModel, displayName } = model;
  const limit = maxOutputTokens(resolvedModel ?? model.value);
  return {
    id,
    efforts: effortsOf(model),
    ...(limit === undefined ? {} : { maxOutputTokens: limit }),
    ...(resolvedModel === undefined ? {} : { resolved: resolvedModel }),
    ...(displayName === undefined ? {} : { displayName }),
  };
}

/** Models without levels take a budget, of which every effort has one. */
function effortsOf({ supportedEffortLevels, supportsThinkingOff }: CliModel): Effort[] {
  const hasHighest = supportedEffortLevels?.includes('xhigh') ?? true;
  return [
    ...(supportsThinkingOff === false ? [] : (['none'] as const)),
    'minimal',
    'low',
    'medium',
    'high',
    ...(hasHighest ? (['xhigh'] as const) : []),
  ];
}
