import type { Logger } from '../core/logger.ts';
import type { ModelInfo } from '../core/backend.ts';
import type { Effort } from '../core/turn-options.ts';
import { modelNotFound } from '../core/model-not-found.ts';
import { aliased, claudeModelId, type ModelNames } from '../messages-api/model-names.ts';
import type { ApiClient, ApiModel } from './api-client.ts';
import { guessModel } from './api-models.ts';

const maxAgeMs = 60 * 60 * 1000;
/** A list that could not be had is not asked for again sooner. */
const retryAfterMs = 60_000;

/** The CLI's names for the newest model of a line, and what the models of that line have in their own. */
const lines = new Map([
  ['default', 'sonnet'],
  ['sonnet', 'sonnet'],
  ['opus', 'opus'],
  ['haiku', 'haiku'],
]);

/** How the CLI asks for the long context window of a model that has two. */
const longContext = { suffix: '[1m]', tokens: 1_000_000, beta: 'context-1m-2025-08-07' };

/** A model as it is asked for. */
export interface AskedModel {
  model: ApiModel;
  betas: readonly string[];
}

export interface DirectModelsOptions {
  api: () => Promise<Pick<ApiClient, 'listModels'>>;
  names: ModelNames;
  /** The full name behind a name of the CLI's such as `sonnet`, as far as the CLI has reported it; else the name itself. */
  resolvedName: (model: string) => string;
  now: () => number;
  log: Logger;
}

/** The models that the API key can use. The API is asked once an hour, which costs no model call. */
export class DirectModels {
  readonly #options: DirectModelsOptions;
  #known: readonly ApiModel[] = [];
  #freshUntil = -Infinity;
  #failure: unknown;
  #asking: Promise<void> | undefined;

  constructor(options: DirectModelsOptions) {
    this.#options = options;
  }

  /** Throws `MODEL_NOT_FOUND`. Where the list cannot be had, what is likely of the model is taken. */
  async find(requested: string): Promise<AskedModel> {
    const refreshed = this.#refresh().catch((error: unknown) => {
      this.#options.log.debug('the API did not list its models', { error });
    });
    // An old list is good enough for a turn that would have to wait for a new one.
    if (this.#known.length === 0) await refreshed;
    const { names } = this.#options;
    const found = this.#find(aliased(requested, names) ?? requested);
    if (found !== undefined) return found;
    const other = names.unknown === undefined ? undefined : this.#find(names.unknown);
    if (other === undefined) throw modelNotFound();
    return other;
  }

  /** Those of the API, then those that the configuration and the CLI have names for. Throws what the API answers. */
  async list(): Promise<ModelInfo[]> {
    await this.#refresh();
    const { aliases } = this.#options.names;
    const named = [...[...lines.keys()].map((name) => [name, name] as const), ...Object.entries(aliases)];
    return [
      ...this.#known.map((model) => toModelInfo(model.id, model)),
      ...named.flatMap(([name, target]) => {
        const found = this.#find(target);
        return found === undefined ? [] : [toModelInfo(name, found.model)];
      }),
    ];
  }

  #find(name: string): AskedModel | undefined {
    const isLong = name.endsWith(longContext.suffix);
    const bare = isLong ? name.slice(0, -longContext.suffix.length) : name;
    const model = this.#named(bare) ?? this.#newestOf(bare);
    if (model === undefined) return undefined;
    const needsBeta = isLong && (model.contextWindow ?? 0) < longContext.tokens;
    return { model, betas: needsBeta ? [longContext.beta] : [] };
  }

  /** By its name, which may lack the date. */
  #named(name: string): ApiModel | undefined {
    const known =
      this.#known.find(({ id }) => id === name) ?? this.#known.find(({ id }) => /^-\d{8}$/.test(rest(id, name)));
    if (known !== undefined) return { ...known, id: name };
    return claudeModelId.test(name) ? guessModel(name) : undefined;
  }

  #newestOf(name: string): ApiModel | undefined {
    const line = lines.get(name);
    if (line === undefined) return undefined;
    const resolved = this.#options.resolvedName(name).replace(longContext.suffix, '');
    return claudeModelId.test(resolved) ? this.#named(resolved) : this.#known.find(({ id }) => id.includes(line));
  }

  async #refresh(): Promise<void> {
    if (this.#options.now() < this.#freshUntil) {
      if (this.#failure !== undefined) throw this.#failure as Error;
      return;
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { api, now } = this.#options;
    try {
      this.#known = await (await api()).listModels();
      this.#failure = undefined;
      this.#freshUntil = now() + maxAgeMs;
    } catch (error) {
      this.#failure = error;
      this.#freshUntil = now() + retryAfterMs;
      throw error;
    }
  }
}

function rest(text: string, beginning: string): string {
  return text.startsWith(beginning) ? text.slice(beginning.length) : '';
}

function toModelInfo(id: string, model: ApiModel): ModelInfo {
  const { displayName, contextWindow, maxOutputTokens } = model;
  return {
    id,
    resolved: model.id,
    ...(displayName !== undefined && { displayName }),
    efforts: effortsOf(model),
    ...(contextWindow !== undefined && { contextWindow }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

/** As for the CLI's models: those that take a budget have one for every effort. */
function effortsOf({ thinking, efforts }: ApiModel): Effort[] {
  const thinks = thinking.adaptive || thinking.budget;
  return [
    ...(thinking.off || !thinks ? (['none'] as const) : []),
    ...(thinks ? (['minimal', 'low', 'medium', 'high'] as const) : []),
    ...(thinks && (!thinking.adaptive || efforts.includes('xhigh')) ? (['xhigh'] as const) : []),
  ];
}
