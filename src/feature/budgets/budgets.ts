import type { BudgetUse } from '../../core/budgets.ts';
import { windowsOf } from '../../core/counting-windows.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { PlanWindows } from '../../core/plan-windows.ts';
import type { ClientBudget } from '../../core/role.ts';
import { resetToleranceMs } from '../../core/same-window.ts';
import { derived } from '../../util/derived.ts';
import { Account, type Spent } from './account.ts';
import { dayOf, weekOf, type Period } from './periods.ts';
import { joinedPeriod, planPeriod, planWindowNames, type PlanPeriod, type PlanWindowName } from './plan-period.ts';

/** A client that a token names. */
export interface BudgetedClient {
  name: string;
  budget?: ClientBudget;
  usesReserve: boolean;
}

/** What a request has used. */
export interface Spending extends Spent {
  /** Absent where it came without a token. */
  client?: string;
  /** It went through the CLI, which draws from the plan. */
  isOfPlan: boolean;
}

export interface BudgetsOptions {
  /** As they are now; another list where that changes. */
  clients: () => readonly BudgetedClient[];
  /** The shares of the plan's windows that are kept now for clients that use the reserve. */
  reserve: () => Partial<Record<PlanWindowName, number>>;
  plan: PlanWindows;
  /** Whose plans there are; absent where there is but one login. */
  logins?: readonly string[];
  /** Whether one of several would serve a request: of those that would not, nothing is left for anyone. */
  serves?: (login: string) => boolean;
  /** What each client has used in whole periods that begin at or after `from`, through all services of this or of any machine. */
  spentSince: (
    through: 'machine' | 'all',
    period: 'hour' | 'day',
    from: number,
  ) => Promise<readonly (Spent & { client: string })[]>;
  /** Whether another service, here or elsewhere, serves the same clients; what they use there is looked up from time to time. */
  isShared: boolean;
  log: Logger;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** How old what another service has counted may be. */
const refreshMs = 15_000;

/** As it is listed. */
export interface ClientBudgetUse extends BudgetUse {
  window: WindowName;
  unit: 'tokens' | 'usd' | 'share';
}

type WindowName = 'day' | 'week' | PlanWindowName;

/** What counts in a window. The plan is that of this machine's logins: what others have used may be of other plans. */
const countedAs = {
  day: { through: 'all', unit: 'day' },
  week: { through: 'all', unit: 'day' },
  five_hour: { through: 'machine', unit: 'hour' },
  seven_day: { through: 'machine', unit: 'hour' },
} as const;

/** What clients may use, and have used: their requests are refused beyond it, and none that runs is cut. */
export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #byName: () => ReadonlyMap<string, BudgetedClient>;
  readonly #accounts: Readonly<Record<WindowName, Account>> = {
    day: new Account(),
    week: new Account(),
    five_hour: new Account(),
    seven_day: new Account(),
  };

  #loadedAt = 0;

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#byName = derived(options.clients, (clients) => new Map(clients.map((client) => [client.name, client])));
  }

  /** Counts what was used so far. To be called before requests come, and when there are other budgets; never rejects. */
  async load(): Promise<void> {
    if (!this.#options.clients().some(({ budget }) => budget !== undefined)) return;
    this.#loadedAt = this.#options.now();
    const periods = this.#turn();
    try {
      for (const [name, { from }] of Object.entries(periods) as [WindowName, Period][]) {
        const { through, unit } = countedAs[name];
        const spendings = await this.#options.spentSince(through, unit, from);
        // Meanwhile another period may have begun.
        if (Math.abs(this.#turn()[name].from - from) > resetToleranceMs) continue;
        for (const { client, ...spent } of spendings) this.#accounts[name].raiseTo(client, spent);
      }
    } catch (error) {
      this.#options.log.warn('what clients used before is not known; their budgets count what is used from now on', {
        error,
      });
    }
  }

  /** While somebody asks; what is found counts from the next time on. */
  #refresh(): void {
    const { isShared, now } = this.#options;
    if (isShared && now() - this.#loadedAt >= refreshMs) void this.load();
  }

  spend({ client = '', isOfPlan, ...spent }: Spending): void {
    this.#turn();
    this.#accounts.day.add(client, spent);
    this.#accounts.week.add(client, spent);
    if (!isOfPlan) return;
    for (const name of planWindowNames) this.#accounts[name].add(client, spent);
  }

  /** Throws `BUDGET_EXCEEDED` where a client may have no further turn now. */
  admit(client: string | undefined, usesPlan: boolean): void {
    this.#refresh();
    const own = client === undefined ? undefined : this.#byName().get(client);
    if (usesPlan && own?.usesReserve !== true) {
      const { serves = () => true } = this.#options;
      this.#assertNotReserved(this.#logins.filter((login) => login === undefined || serves(login)));
    }
    const exceeded = own === undefined ? [] : this.#usesOf(own).filter(({ used, limit }) => used >= limit);
    // Until the last of them resets.
    const [worst] = exceeded
      .filter(({ unit }) => usesPlan || unit !== 'share')
      .toSorted((a, b) => b.resetsAt - a.resetsAt);
    if (worst !== undefined) throw exceededError(worst);
  }

  /** Throws `BUDGET_EXCEEDED` where what is left of one login's plan is not for a client. */
  admitTo(login: string, client: string | undefined): void {
    const own = client === undefined ? undefined : this.#byName().get(client);
    if (own?.usesReserve !== true) this.#assertNotReserved([login]);
  }

  get #logins(): readonly (string | undefined)[] {
    return this.#options.logins ?? [undefined];
  }

  /** Of every client that has a budget. */
  uses(): readonly ClientBudgetUse[] {
    this.#refresh();
    return this.#options.clients().flatMap((client) => this.#usesOf(client));
  }

  #usesOf({ name: client, budget }: BudgetedClient): ClientBudgetUse[] {
    if (budget === undefined) return [];
    const periods = this.#turn();
    const spent = (window: WindowName): Spent => this.#accounts[window].of(client);
    const all = [
      { window: 'day', unit: 'tokens', limit: budget.tokens_per_day, used: spent('day').tokens },
      { window: 'week', unit: 'tokens', limit: budget.tokens_per_week, used: spent('week').tokens },
      { window: 'day', unit: 'usd', limit: budget.cost_per_day, used: spent('day').costUsd },
      { window: 'week', unit: 'usd', limit: budget.cost_per_week, used: spent('week').costUsd },
      { window: 'five_hour', unit: 'share', limit: budget.five_hour_share, used: this.#shareOf(client, 'five_hour') },
      { window: 'seven_day', unit: 'share', limit: budget.seven_day_share, used: this.#shareOf(client, 'seven_day') },
    ] as const;
    return all.flatMap(({ limit, ...use }) =>
      limit === undefined ? [] : [{ client, ...use, limit, resetsAt: periods[use.window].until }],
    );
  }

  /** The client's part of the tokens that went through the CLI within the window, of the share that is used in all. */
  #shareOf(client: string, window: PlanWindowName): number {
    const { utilization = 0 } = this.#planPeriod(window, this.#options.now());
    const account = this.#accounts[window];
    const all = account.tokens;
    return all === 0 ? 0 : (utilization * account.of(client).tokens) / all;
  }

  /** Of several plans all must be reserved; the one whose window ends first says until when. */
  #assertNotReserved(logins: readonly (string | undefined)[]): void {
    const reserved = logins.map((login) => this.#reservedWindow(login));
    const known = reserved.filter((window) => window !== undefined);
    const [first] = known.toSorted((a, b) => a.until - b.until);
    if (first === undefined || known.length < logins.length) return;
    const { name, until } = first;
    throw new HarnessError(
      'BUDGET_EXCEEDED',
      `The rest of the Claude plan's ${name} window is reserved for other clients; it resets at ${toTime(until)}.`,
      { resetsAt: until },
    );
  }

  #reservedWindow(login: string | undefined): { name: PlanWindowName; until: number } | undefined {
    const { reserve, plan, now } = this.#options;
    const shares = reserve();
    const windows = windowsOf(plan, login);
    for (const name of planWindowNames) {
      const kept = shares[name];
      if (kept === undefined) continue;
      const { utilization = 0, until } = planPeriod(windows, name, now());
      if (utilization >= 1 - kept) return { name, until };
    }
    return undefined;
  }

  #planPeriod(name: PlanWindowName, now: number): PlanPeriod {
    const { plan } = this.#options;
    const plans = this.#logins.map((login) => windowsOf(plan, login));
    return joinedPeriod(plans, name, now);
  }

  /** Turns every account to the period that runs now. */
  #turn(): Readonly<Record<WindowName, Period>> {
    const { plan, now } = this.#options;
    const time = now();
    const periods = {
      day: dayOf(time),
      week: weekOf(time),
      five_hour: this.#planPeriod('five_hour', time),
      seven_day: this.#planPeriod('seven_day', time),
    };
    const isKnown = new Set(plan.current().map(({ type }) => type));
    this.#accounts.day.turnTo(periods.day);
    this.#accounts.week.turnTo(periods.week);
    // What is used while no window is known belongs to the one that it begins.
    for (const name of planWindowNames)
      if (isKnown.has(name)) this.#accounts[name].turnTo(periods[name], resetToleranceMs);
    return periods;
  }
}

function exceededError({ window, unit, limit, used, resetsAt }: ClientBudgetUse): HarnessError {
  const show = (amount: number): string =>
    unit === 'share'
      ? `${Math.round(amount * 100)}%`
      : unit === 'usd'
        ? `${amount.toFixed(2)} USD`
        : `${amount} tokens`;
  const message = `This client has used ${show(used)} of its budget of ${show(limit)} (${window}); it resets at ${toTime(resetsAt)}.`;
  return new HarnessError('BUDGET_EXCEEDED', message, { resetsAt });
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
