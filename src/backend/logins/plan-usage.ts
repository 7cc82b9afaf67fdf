import ms from 'ms';
import type { PlanWindow } from '../../core/plan-windows.ts';

/** A login that may not know its usage is not asked again and again: others may know theirs, and be asked every few minutes. */
const askAgainMs = ms('1h');

export interface AskableLogin {
  name: string;
  /** Gives `undefined` where the login may not know. Throws when no process can be had. */
  ask: () => Promise<readonly PlanWindow[] | undefined>;
}

/** Asks each of several logins how much of its plan is used. */
export class PlanUsage {
  readonly #logins: readonly AskableLogin[];
  /** For lengths of time, in ms. */
  readonly #ticks: () => number;
  readonly #nextAt = new Map<string, number>();

  constructor(logins: readonly AskableLogin[], ticks: () => number) {
    this.#logins = logins;
    this.#ticks = ticks;
  }

  /** `undefined` where none may know. Throws when no process can be had for any. */
  async ask(): Promise<readonly PlanWindow[] | undefined> {
    const asked = this.#logins.filter(({ name }) => this.#ticks() >= (this.#nextAt.get(name) ?? -Infinity));
    const answers = await Promise.allSettled(asked.map((login) => this.#askOne(login)));
    const given = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (given.length === 0 && failed !== undefined) throw failed.reason;
    const known = given.filter((windows) => windows !== undefined);
    return known.length === 0 ? undefined : known.flat();
  }

  async #askOne({ name, ask }: AskableLogin): Promise<readonly PlanWindow[] | undefined> {
    const windows = await ask();
    if (windows === undefined) this.#nextAt.set(name, this.#ticks() + askAgainMs);
    return windows?.map((window) => ({ ...window, login: name }));
  }
}
