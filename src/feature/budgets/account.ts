import type { Period } from './periods.ts';

/** What was used by somebody, or by all. */
export interface Spent {
  tokens: number;
  costUsd: number;
}

/** What each client has used within one period; it begins anew with the next. */
export class Account {
  #from: number | undefined;
  readonly #spent = new Map<string, Spent>();

  /** Turns to this period; what belongs to another is forgotten. */
  turnTo({ from }: Pick<Period, 'from'>, toleranceMs = 0): void {
    if (this.#from !== undefined && Math.abs(this.#from - from) <= toleranceMs) return;
    this.#from = from;
    this.#spent.clear();
  }

  add(client: string, { tokens, costUsd }: Spent): void {
    const before = this.of(client);
    this.#spent.set(client, { tokens: before.tokens + tokens, costUsd: before.costUsd + costUsd });
  }

  /** Of what others count too: this much has been used by now, or more. */
  raiseTo(client: string, { tokens, costUsd }: Spent): void {
    const before = this.of(client);
    this.#spent.set(client, {
      tokens: Math.max(before.tokens, tokens),
      costUsd: Math.max(before.costUsd, costUsd),
    });
  }

  of(client: string): Spent {
    return this.#spent.get(client) ?? { tokens: 0, costUsd: 0 };
  }

  /** Of all clients. */
  get tokens(): number {
    return [...this.#spent.values()].reduce((sum, { tokens }) => sum + tokens, 0);
  }
}
