/** The harness under soak: the built program, started again and again, each time with another configuration. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { processesOf } from '../../test/support/service/home.ts';
import { startHarness, type Harness, type Sections } from '../support/harness.ts';
import type { Lab } from '../support/lab.ts';
import { probeArgs, sampleOf, type Sample } from '../support/sampled.ts';
import type { Random } from './random.ts';
import type { Door } from './task.ts';

/** Clients are told apart by them, where processes are not shared (`pool.share`). */
const tokens = ['soak-one', 'soak-two'] as const;

export class Subject {
  readonly #lab: Lab;
  readonly #random: Random;
  #harness: Harness | undefined;
  /** A start that is under way has no address; clients then knock at the one before, as they would. */
  #url = '';
  restarts = 0;
  badExits: string[] = [];
  /** As the one that runs is configured. */
  pool: Pool = {};

  constructor(lab: Lab, random: Random) {
    this.#lab = lab;
    this.#random = random;
  }

  door(client: number): Door {
    return { url: this.#url, token: tokens[client % tokens.length] ?? tokens[0] };
  }

  async start(pool = choosePool(this.#random)): Promise<void> {
    this.pool = pool;
    this.#harness = await startHarness(this.#lab, {
      nodeArgs: probeArgs,
      ipc: true,
      sections: { ...chooseSections(this.#random), pool },
      token: tokens[0],
    });
    this.#url = this.#harness.url;
  }

  async restart(pool?: Pool): Promise<void> {
    await this.stop();
    this.restarts += 1;
    await this.start(pool);
  }

  /** With `steadyPool`, so that what is held at its end can be compared with what was held at first. */
  async restartSteady(): Promise<void> {
    await this.restart(steadyPool(this.#random));
  }

  /** Ends the harness, and notes an end that is none. */
  async stop(): Promise<void> {
    const harness = this.#running();
    await harness.stop();
    // The next one, while it starts, may not be taken for a process of the CLI.
    this.#harness = undefined;
    const { exitCode, signalCode } = harness.child;
    if (exitCode !== 0) this.badExits.push(signalCode ?? String(exitCode));
  }

  async quiet(): Promise<void> {
    await this.#running().quiet();
  }

  async sample(): Promise<Sample> {
    return sampleOf(this.#running().child);
  }

  /** Turns of the CLI since the start, as the harness counts them: a tool takes a task two, and one may fail. */
  async turns(): Promise<number> {
    const headers = { authorization: `Bearer ${tokens[0]}` };
    const metrics = await (await fetch(`${this.#url}/metrics`, { headers })).text();
    const count = /^claude_harness_turn_duration_seconds_count\{backend="cli"\} (\d+)$/m.exec(metrics)?.[1];
    if (count === undefined) throw new Error('the harness does not tell how many turns there were');
    return Number(count);
  }

  descriptors(): number {
    return readdirSync(`/proc/${this.#running().pid}/fd`).length;
  }

  /** The CLI processes of this harness, what they have started, and any that an earlier one has left. */
  cliProcesses(): number[] {
    return processesOf(this.#lab.home).filter((pid) => pid !== this.#harness?.child.pid);
  }

  /** Ends one CLI process by force, whatever it is doing; none while no harness runs. */
  killOne(): void {
    if (this.#harness === undefined) return;
    const [first, ...others] = this.cliProcesses();
    if (first === undefined) return;
    try {
      process.kill(this.#random.pick([first, ...others]), 'SIGKILL');
    } catch (error) {
      // It ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /**
   * Files in the temporary folder: the harness's own, and one folder for each process. A process's log of errors, and the
   * CLI's link to it, come with its first error and are no growth.
   */
  temporaryFiles(): string[] {
    const all = readdirSync(this.#lab.tmp, { recursive: true, encoding: 'utf8' });
    return all.filter((path) => !/\/(errors\.log|latest)$/.test(path));
  }

  #running(): Harness {
    if (this.#harness === undefined) throw new Error('the harness was not started');
    return this.#harness;
  }
}

type Pool = NonNullable<Sections['pool']>;

/** Processes that serve many turns in most cases, and all that a pool can be. */
function choosePool(random: Random): Pool {
  return {
    reuse: random.chance(0.8),
    share: random.pick(['everyone', 'client']),
    max_turns: random.pick([1, 3, 20, 200]),
    max_age: random.pick(['5s', '30m']),
    warm_per_model: random.pick([0, 1, 1, 2]),
    max_warm: random.pick([0, 2, 4, 4]),
  };
}

/**
 * Processes that belong to prompts come and go. With as many for any prompt as there may be in all, there are exactly so many
 * at rest, whoever they belong to.
 */
function steadyPool(random: Random): Pool {
  const size = random.pick([2, 3, 4]);
  return {
    share: random.pick(['everyone', 'client']),
    max_turns: random.pick([20, 200]),
    warm_per_model: size,
    max_warm: size,
  };
}

function hashOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}

function chooseSections(random: Random): Sections {
  return {
    limits: { concurrent_turns: random.pick([2, 4, 8]), shutdown_grace: random.pick(['0s', '2s', '30s']) },
    claude: { max_retries: random.pick([0, 1, 2]) },
    server: { port: 0, tokens: tokens.map(hashOf), silence_before_stream: random.pick(['200ms', '10s']) },
    // A higher one would hide the address.
    logging: { level: random.pick(['debug', 'info']) },
    responses: { keep: random.pick(['1d', '30d']) },
  };
}
