import type { AgentEngine, AgentProcess, AgentSessionOptions } from '../../core/agent-engine.ts';
import type { AgentProfile } from '../../core/agent.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { WarmPolicy } from '../../core/warm-policy.ts';
import { Backoff } from '../../util/backoff.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import { isSameStart, plainOptions } from './session-options.ts';
import { WarmProcess } from './warm-process.ts';

/** A process that waited for this long before it ended by itself is no sign of one that will end again. */
const longLifeMs = 60_000;
/** How often is looked for processes that have become outdated. */
const upkeepMs = 30_000;

export interface WarmProcessesOptions {
  engine: AgentEngine;
  profiles: readonly AgentProfile[];
  /** By the names of profiles; of others `after_use`. */
  policies: Readonly<Record<string, WarmPolicy>>;
  /** How long after its last use one is kept for a profile. */
  idleAfterMs: number;
  /** One that is older is replaced. */
  maxAgeMs: number;
  newTranscript: () => string;
  /** How many more processes there may be. */
  room: () => number;
  /** A process is gone. */
  onGone: () => void;
  /** For lengths of time, in ms. */
  ticks: () => number;
  log: Logger;
}

interface Place {
  readonly profile: AgentProfile;
  readonly policy: WarmPolicy;
  readonly failures: Backoff;
  usedAt: number;
  warm?: WarmProcess;
  /** Why it could not be started last; said once while it lasts. */
  problem?: string | undefined;
}

/**
 * For each profile in use, one process that waits for the next session of it that asks for nothing else. Which places
 * there are for processes is the owner's knowledge, in `room`.
 */
export class WarmProcesses {
  readonly #options: WarmProcessesOptions;
  readonly #places: ReadonlyMap<string, Place>;
  /** Those that are ending; they count until they are gone. */
  readonly #ending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: WarmProcessesOptions) {
    this.#options = options;
    this.#places = new Map(options.profiles.map((profile) => [profile.name, placeFor(profile, options.policies)]));
  }

  /** How many there are, with those that are ending. */
  get count(): number {
    return this.#waiting.length + this.#ending.size;
  }

  get endingCount(): number {
    return this.#ending.size;
  }

  /** A session has been created that will be opened with this. */
  expect(options: AgentSessionOptions): void {
    if (this.#placeFor(options) !== undefined) this.fill();
  }

  /** The process for a session that begins; the caller's from now on. */
  claim(options: AgentSessionOptions): WarmProcess | undefined {
    const place = this.#placeFor(options);
    const warm = place?.warm;
    if (place === undefined || warm === undefined) return undefined;
    delete place.warm;
    if (this.#isUsable(warm)) {
      place.failures.reset();
      return warm;
    }
    this.#end(warm);
    return undefined;
  }

  /** Starts those that are missing, as far as there is room. */
  fill(): void {
    if (this.#isStopped) return;
    for (const place of this.#byUse) {
      if (place.warm === undefined && this.#isWanted(place) && this.#options.room() > 0) this.#start(place);
    }
    this.#schedule();
  }

  /** Ends the one that was not used for the longest, so that a session gets its place. Whether there was one. */
  giveUpOne(): boolean {
    const place = this.#waiting.at(-1);
    if (place === undefined) return false;
    this.#endOf(place);
    return true;
  }

  /** Ends all; settles when they are gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const place of this.#waiting) this.#endOf(place);
    await Promise.all(this.#ending);
  }

  /** Last used first. */
  get #byUse(): Place[] {
    return [...this.#places.values()].sort((one, other) => other.usedAt - one.usedAt);
  }

  get #waiting(): Place[] {
    return this.#byUse.filter(({ warm }) => warm !== undefined);
  }

  /** The one that is used thereby; undefined where the session asks for anything but its agent. */
  #placeFor(options: AgentSessionOptions): Place | undefined {
    const place = this.#places.get(options.profile.name);
    if (place === undefined || !isSameStart(plainOptions(place.profile, ''), options)) return undefined;
    place.usedAt = this.#options.ticks();
    return place;
  }

  /** Whether one is to wait, now or once the last failure is long enough ago. */
  #isKept({ profile, policy, usedAt }: Place): boolean {
    if (policy === 'never' || !this.#options.engine.canWait(profile)) return false;
    return policy === 'always' || this.#options.ticks() - usedAt < this.#options.idleAfterMs;
  }

  #isWanted(place: Place): boolean {
    return place.failures.remainingMs(this.#options.ticks()) === 0 && this.#isKept(place);
  }

  #isUsable({ isCurrent, startedAt }: WarmProcess): boolean {
    return isCurrent && this.#options.ticks() - startedAt <= this.#options.maxAgeMs;
  }

  #start(place: Place): void {
    const { engine, newTranscript, ticks } = this.#options;
    const warm = new WarmProcess(engine, plainOptions(place.profile, newTranscript()), ticks());
    place.warm = warm;
    warm.opened.then(
      (process) => {
        place.problem = undefined;
        this.#watch(place, warm, process);
      },
      (error: unknown) => {
        this.#hasFailed(place, warm, error);
      },
    );
  }

  #watch(place: Place, warm: WarmProcess, process: AgentProcess): void {
    void process.gone.then(() => {
      if (place.warm !== warm) return;
      const { ticks, log } = this.#options;
      log.warn('a waiting process of an agent ended by itself', { agent: place.profile.name });
      if (ticks() - warm.startedAt > longLifeMs) place.failures.reset();
      this.#hasLeft(place);
    });
  }

  #hasFailed(place: Place, warm: WarmProcess, error: unknown): void {
    // Who has it, or has ended it, knows.
    if (place.warm !== warm) return;
    const problem = error instanceof Error ? error.message : String(error);
    if (problem !== place.problem) {
      const level = error instanceof HarnessError ? 'warn' : 'error';
      this.#options.log[level]('no process of an agent can wait', { agent: place.profile.name, error });
    }
    place.problem = problem;
    this.#hasLeft(place);
  }

  /** It is replaced, but not in a circle. */
  #hasLeft(place: Place): void {
    delete place.warm;
    place.failures.fail(this.#options.ticks());
    this.#options.onGone();
    this.#schedule();
  }

  /** Looks again when one becomes too old or unused, or may be tried again, and for what has become outdated meanwhile. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const kept = [...this.#places.values()].filter((place) => place.warm !== undefined || this.#isKept(place));
    if (kept.length === 0 || this.#isStopped) return;
    const dueMs = kept.map((place) => this.#dueMs(place));
    this.#timer = setTimeout(
      () => {
        this.#lookAfter();
      },
      timerDelay(Math.ceil(Math.min(upkeepMs, ...dueMs))),
    );
    this.#timer.unref();
  }

  #dueMs({ warm, policy, usedAt, failures }: Place): number {
    const { ticks, room, idleAfterMs, maxAgeMs } = this.#options;
    const now = ticks();
    // Where there is no room, whoever makes some fills it.
    if (warm === undefined) return room() > 0 ? failures.remainingMs(now) : upkeepMs;
    const ofAge = warm.startedAt + maxAgeMs - now;
    return policy === 'always' ? ofAge : Math.min(ofAge, usedAt + idleAfterMs - now);
  }

  #lookAfter(): void {
    for (const place of this.#waiting) {
      if (!this.#isKept(place) || (place.warm !== undefined && !this.#isUsable(place.warm))) this.#endOf(place);
    }
    this.fill();
  }

  #endOf(place: Place): void {
    const { warm } = place;
    delete place.warm;
    if (warm !== undefined) this.#end(warm);
  }

  #end(warm: WarmProcess): void {
    const { log, onGone } = this.#options;
    const ended = warm
      .stop()
      .catch((error: unknown) => {
        log.error('a waiting process of an agent could not be ended', { agent: warm.options.profile.name, error });
      })
      .then(() => {
        this.#ending.delete(ended);
        onGone();
      });
    this.#ending.add(ended);
  }
}

function placeFor(profile: AgentProfile, policies: Readonly<Record<string, WarmPolicy>>): Place {
  const policy = policies[profile.name] ?? 'after_use';
  return { profile, policy, failures: new Backoff(), usedAt: -Infinity };
}
