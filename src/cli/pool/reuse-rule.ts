import type { Logger } from '../../core/logger.ts';
import type { AbilitiesOf } from '../abilities.ts';

export interface ReuseRuleOptions {
  /** Whether the configuration lets a process serve several turns. */
  enabled: boolean;
  abilities: AbilitiesOf;
  log: Logger;
}

/** Whether processes serve many turns, which the configuration, the CLI's examination and the CLI itself may rule out. */
export class ReuseRule {
  readonly #options: ReuseRuleOptions;
  #version = '';
  /** The version that could not be emptied. */
  #refusedBy: string | undefined;
  /** The version that could be: what one of its processes refuses is that process's matter. */
  #emptiedBy: string | undefined;

  constructor(options: ReuseRuleOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    const { enabled, abilities } = this.#options;
    if (!enabled || this.#refusedBy === this.#version) return false;
    const { reuse, prompt } = abilities();
    return reuse && prompt === 'exact';
  }

  /** A process has named its version. */
  ran(version: string): void {
    this.#version = version;
  }

  /** A process of the version that ran last was emptied. */
  emptied(): void {
    this.#emptiedBy = this.#version;
  }

  /** A process of the version that ran last could not be emptied: each of its processes serves one turn from now on, unless one has been. */
  refused(reason: string): void {
    if (this.#refusedBy === this.#version || this.#emptiedBy === this.#version) return;
    this.#refusedBy = this.#version;
    const version = this.#version === '' ? 'unknown' : this.#version;
    this.#options.log.warn('this claude CLI cannot be emptied after a turn: a process serves one turn', {
      version,
      reason,
    });
  }
}
