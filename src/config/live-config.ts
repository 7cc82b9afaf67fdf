import { isDeepStrictEqual } from 'node:util';
import { profileKeys } from './agents/profile-key.ts';
import { type ConfigKey, configKeys, configSections } from './keys.ts';
import { isReloadable } from './reloadable.ts';
import { valueOf } from './render-yaml.ts';
import type { Config } from './schema.ts';

/** What a configuration that was read again changes, by paths such as `server.tokens`. */
export interface ConfigChange {
  /** In effect from now on. */
  taken: readonly string[];
  /** Different from what the service was started with; in effect after its next start. */
  pending: readonly string[];
}

/** The configuration of a service that runs: some keys are taken anew, the others stay as they were at its start. */
export class LiveConfig {
  readonly #started: Config;
  #newest: Config;
  /** Each key as it is now, whenever it is read. A value that does not change stays the same object. */
  readonly view: Config;

  constructor(started: Config) {
    this.#started = started;
    this.#newest = started;
    this.view = this.#createView();
  }

  take(next: Config): ConfigChange {
    const before = this.#newest;
    const profiles = [...profileKeys(this.#started), ...profileKeys(next)];
    const keys = [...new Map([...configKeys, ...profiles].map((key) => [key.path, key])).values()];
    const differs = (key: ConfigKey, config: Config): boolean =>
      !isDeepStrictEqual(valueOf(config, key), valueOf(next, key));
    const taken = keys.filter((key) => isReloadable(key) && differs(key, before));
    const pending = keys.filter((key) => !isReloadable(key) && differs(key, this.#started));
    if (taken.length > 0) this.#newest = next;
    return { taken: taken.map(({ path }) => path), pending: pending.map(({ path }) => path) };
  }

  #createView(): Config {
    const view: Record<string, unknown> = { ...this.#started };
    for (const { name } of configSections) {
      const section = (this.#started as unknown as Record<string, object>)[name];
      const keys = configKeys.filter((key) => key.section === name && isReloadable(key));
      view[name] = keys.length === 0 ? section : this.#withGetters({ ...section }, keys);
    }
    const topLevel = configKeys.filter((key) => key.section === undefined && isReloadable(key));
    return this.#withGetters(view, topLevel) as unknown as Config;
  }

  #withGetters(target: object, keys: readonly ConfigKey[]): object {
    for (const key of keys) {
      Object.defineProperty(target, key.name, { enumerable: true, get: () => valueOf(this.#newest, key) });
    }
    return Object.freeze(target);
  }
}
