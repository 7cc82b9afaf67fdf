import { HarnessError } from '../../core/errors.ts';
import type { CliCheckReport } from '../../core/health.ts';
import { cliMissingError } from '../../process/cli-process.ts';
import type { CliAbilities } from '../abilities.ts';
import { CheckedBinary, leastAbilities, type CheckedBinaryOptions } from './checked-binary.ts';
import { equals, stampOf, type FileStamp } from '../../process/file-stamp.ts';

export interface CheckedCliOptions extends Omit<CheckedBinaryOptions, 'onRefused' | 'onAcceptedAfterAll'> {
  /** Ends the waiting processes that were started at such a time. */
  retire: (isUnfit: (startedAt: number) => boolean) => void;
  /** By the clock of `retire`. */
  ticks: () => number;
}

/**
 * The installed CLI, which may be updated at any time, and what may be asked of it. The first one that is seen serves at
 * once, with the least abilities until its check is over; one that takes its place serves nobody before.
 */
export class CheckedCli {
  readonly #options: CheckedCliOptions;
  #current: CheckedBinary | undefined;
  /** The one before the current one, until that is found to be good: its processes go on. */
  #serving: CheckedBinary | undefined;
  /** Settles when the abilities of the current one hold for every process that waits. */
  #settled: Promise<void> | undefined;

  constructor(options: CheckedCliOptions) {
    this.#options = options;
  }

  /** Of the CLI that serves: the one before, as long as an update of it is not examined. */
  get abilities(): CliAbilities {
    return (this.#serving ?? this.#current)?.abilities ?? leastAbilities;
  }

  get report(): CliCheckReport {
    return this.#current?.report ?? { status: 'pending' };
  }

  /**
   * To be asked right before each start. Settles when the process may serve, and rejects with the reason why it may not;
   * `undefined` where it may at once. Throws `CLI_FAILED` where the CLI is not served.
   */
  admit(path: string): Promise<void> | undefined {
    const { report } = this.#binaryAt(path);
    if (report.status === 'not_served') throw notServed(report.lastGood);
    return report.status === 'pending' ? this.#settled : undefined;
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.#current?.stop(), this.#settled]);
  }

  #binaryAt(path: string): CheckedBinary {
    const file = stamp(path);
    const previous = this.#current;
    if (previous !== undefined && equals(previous.file, file)) return previous;
    const { retire, ticks } = this.#options;
    const since = ticks();
    const onRefused = (): void => {
      retire((startedAt) => startedAt >= since);
    };
    const onAcceptedAfterAll = (): void => {
      this.#replaceLate(binary, since);
    };
    const binary = new CheckedBinary(file, { ...this.#options, onRefused, onAcceptedAfterAll });
    this.#current = binary;
    if (previous !== undefined) {
      this.#serving ??= previous;
      this.#settled = this.#replace(previous, binary, since);
    }
    // Whoever waits for a start learns it; perhaps nobody does.
    this.#settled?.catch(() => undefined);
    return binary;
  }

  async #replace(previous: CheckedBinary, next: CheckedBinary, since: number): Promise<void> {
    const { abilities } = this;
    await previous.stop();
    await next.examined;
    // It was itself replaced before it was examined: the verdict on its successor counts for its processes, too.
    if (this.#current !== next) return this.#settled;
    const { report } = next;
    // Where it is not served, processes of the one before go on.
    if (report.status === 'not_served') throw notServed(report.lastGood);
    this.#takeOver(abilities, next, since);
  }

  /** One that was refused when it took the place of another is good after all. */
  #replaceLate(next: CheckedBinary, since: number): void {
    if (this.#current !== next || this.#serving === undefined) return;
    this.#takeOver(this.abilities, next, since);
  }

  /** Ends the processes of the one before where they are used in another way. */
  #takeOver(abilities: CliAbilities, next: CheckedBinary, since: number): void {
    this.#serving = undefined;
    if (isEqual(abilities, next.abilities)) return;
    this.#options.retire((startedAt) => startedAt < since);
  }
}

function stamp(path: string): FileStamp {
  try {
    return stampOf(path);
  } catch (error) {
    throw cliMissingError(error);
  }
}

function isEqual(one: CliAbilities, other: CliAbilities): boolean {
  return one.reuse === other.reuse && one.prompt === other.prompt;
}

function notServed(lastGood: string | undefined): HarnessError {
  const version = lastGood === undefined ? '' : ` The last good version was ${lastGood}.`;
  return new HarnessError(
    'CLI_FAILED',
    `The installed claude CLI has failed its check and is not served; \`claude-harness doctor\` on the server says why.${version}`,
  );
}
