import * as z from 'zod';
import type { CliCheckReport } from '../../core/health.ts';
import type { Logger } from '../../core/logger.ts';
import type { CliBuild, KeptVerdict, VerdictStore } from '../../core/verdict-store.ts';
import type { CliAbilities } from '../abilities.ts';
import { checkRevision, type CheckResult } from './check-cli.ts';
import { describeVerdict, remedy } from './describe.ts';
import type { Verdict } from './findings.ts';
import { isSameFile, type FileStamp } from '../../process/file-stamp.ts';

export interface CheckedBinaryOptions {
  check: (path: string, signal: AbortSignal) => Promise<CheckResult>;
  /** `undefined` where the CLI does not say. */
  readVersion: () => Promise<string | undefined>;
  store: VerdictStore;
  log: Logger;
  /** It will not be served any more. */
  onRefused: () => void;
  /** It was refused, and will be served from now on. */
  onAcceptedAfterAll: () => void;
  /** Before the first of the later tries, where it was not found to be good; each wait is twice the one before. */
  retryAfterMs?: number;
}

/** What is safe with every CLI. */
export const leastAbilities: CliAbilities = { reuse: false, prompt: 'fed' };

const longestRetryMs = 30 * 60_000;

const keptVerdict = z.discriminatedUnion('served', [
  z.object({ served: z.literal(true), reuse: z.boolean(), prompt: z.enum(['exact', 'fed']) }),
  z.object({ served: z.literal(false), reason: z.string() }),
]);

/** One `claude` program as it lies on the disk, and what is known of it. */
export class CheckedBinary {
  readonly file: FileStamp;
  /** Settles when there is a verdict, or the first check came to no end. Never rejects. */
  readonly examined: Promise<void>;
  readonly #options: CheckedBinaryOptions;
  readonly #stopping = new AbortController();
  /** All that is under way. */
  #work: Promise<void>;
  #retry: NodeJS.Timeout | undefined;
  #retryAfterMs: number;
  #report: CliCheckReport = { status: 'pending' };

  constructor(file: FileStamp, options: CheckedBinaryOptions) {
    this.file = file;
    this.#options = options;
    this.#retryAfterMs = options.retryAfterMs ?? 60_000;
    this.examined = this.#work = this.#examine();
  }

  get report(): CliCheckReport {
    return this.#report;
  }

  get abilities(): CliAbilities {
    const report = this.#report;
    return report.status === 'served' ? { reuse: report.reuse, prompt: report.prompt } : leastAbilities;
  }

  /** Ends a check that is under way. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the harness stops'));
    clearTimeout(this.#retry);
    await this.#work;
  }

  async #examine(): Promise<void> {
    const build = await this.#build();
    const kept = await this.#kept(build);
    if (kept !== undefined) {
      await this.#hold(build, kept);
      if (kept.served) this.#options.log.info(`claude ${build.version} is known: ${describeVerdict(kept)}`);
    }
    // What was refused is tried again, so that nothing passing can condemn it for ever.
    if (kept?.served !== true) await this.#check(build);
  }

  async #build(): Promise<CliBuild> {
    const { size, mtimeMs } = this.file;
    return { version: (await this.#options.readVersion()) ?? 'unknown', size, mtimeMs };
  }

  async #check(build: CliBuild): Promise<void> {
    const result = await this.#tryTwice();
    if (this.#stopping.signal.aborted) return;
    if (!result.isDecided) {
      this.#undecided(build, result.reason);
      return;
    }
    const { verdict, findings, tookMs } = result;
    await this.#hold(build, verdict);
    await this.#keep({ build, revision: checkRevision, isServed: verdict.served, verdict });
    if (!verdict.served) {
      // What it needs may come back, such as a disk or the program that runs it, while its own file stays the same.
      this.#checkLater(build);
      return;
    }
    const { log } = this.#options;
    log.info(`claude ${build.version} was checked: ${describeVerdict(verdict, findings)}`, { took_ms: tookMs });
  }

  /** A CLI is refused only where it fails twice. */
  async #tryTwice(): Promise<CheckResult> {
    const first = await this.#try();
    if (!first.isDecided || first.verdict.served) return first;
    const second = await this.#try();
    if (!second.isDecided || !second.verdict.served) return second;
    const reason = `of two checks one failed: ${first.verdict.reason}`;
    return { isDecided: false, reason, tookMs: second.tookMs };
  }

  async #try(): Promise<CheckResult> {
    const result = await this.#options.check(this.file.path, this.#stopping.signal);
    if (isSameFile(this.file)) return result;
    return { isDecided: false, reason: 'it was replaced meanwhile', tookMs: result.tookMs };
  }

  async #hold({ version }: CliBuild, verdict: Verdict): Promise<void> {
    if (verdict.served) {
      const { reuse, prompt } = verdict;
      const wasRefused = this.#report.status === 'not_served';
      this.#report = { status: 'served', reuse, prompt };
      if (wasRefused) this.#options.onAcceptedAfterAll();
      return;
    }
    const { reason } = verdict;
    const lastGood = await this.#lastGood(version);
    const isKnown = this.#report.status === 'not_served';
    this.#report = { status: 'not_served', reason, ...(lastGood !== undefined && { lastGood }) };
    if (isKnown) return;
    this.#options.log.error(`claude ${version} is not served: ${reason}. ${remedy(lastGood)}`);
    this.#options.onRefused();
  }

  /** A verdict that there is stays. */
  #undecided(build: CliBuild, reason: string): void {
    if (this.#report.status === 'pending') {
      this.#options.log.warn(`the check of claude ${build.version} came to no end, and is tried again: ${reason}`);
      this.#report = { status: 'undecided', reason };
    }
    this.#checkLater(build);
  }

  #checkLater(build: CliBuild): void {
    this.#retry = setTimeout(() => {
      this.#work = this.#check(build);
    }, this.#retryAfterMs).unref();
    this.#retryAfterMs = Math.min(2 * this.#retryAfterMs, longestRetryMs);
  }

  async #kept(build: CliBuild): Promise<Verdict | undefined> {
    const kept = await this.#orWithout(() => this.#options.store.find(build));
    if (kept?.revision !== checkRevision) return undefined;
    return keptVerdict.safeParse(kept.verdict).data;
  }

  async #keep(verdict: KeptVerdict): Promise<void> {
    await this.#orWithout(() => this.#options.store.save(verdict));
  }

  async #lastGood(version: string): Promise<string | undefined> {
    return this.#orWithout(() => this.#options.store.lastGood(version));
  }

  /** The store is a convenience: without it a CLI is checked at every start. */
  async #orWithout<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#options.log.debug('the verdict on the CLI is kept in memory only', { error });
      return undefined;
    }
  }
}
