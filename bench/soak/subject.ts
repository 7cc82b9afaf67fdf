/** The harness under soak: the built program, started again and again, each time with another configuration. */
import { readdirSync } from 'node:fs';
import { processesOf } from '../../test/support/service/home.ts';
import { startHarness, type Harness } from '../support/harness.ts';
import type { Lab } from '../support/lab.ts';
import type { Random } from './random.ts';
import { probeArgs, sampleOf, type Sample } from './sampled.ts';

/** As many are kept as configured, never more: what is there at the end can be compared with what was there before. */
const warm = 2;

export class Subject {
  readonly #lab: Lab;
  readonly #random: Random;
  #harness: Harness | undefined;
  /** A start that is under way has no address; clients then knock at the one before, as they would. */
  #url = '';
  restarts = 0;
  badExits: string[] = [];

  constructor(lab: Lab, random: Random) {
    this.#lab = lab;
    this.#random = random;
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<void> {
    this.#harness = await startHarness(this.#lab, {
      nodeArgs: probeArgs,
      ipc: true,
      warm,
      sections: chooseSections(this.#random),
    });
    this.#url = this.#harness.url;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.restarts += 1;
    await this.start();
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
    const metrics = await (await fetch(`${this.#url}/metrics`)).text();
    const count = /^claude_harness_turn_duration_seconds_count\{backend="cli"\} (\d+)$/m.exec(metrics)?.[1];
    if (count === undefined) throw new Error('the harness does not tell how many turns there were');
    return Number(count);
  }

  descriptors(): number {
    return readdirSync(`/proc/${this.#running().pid}/fd`).length;
  }

  /** The CLI processes of this harness, and what they have started. */
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

  /** Files in the temporary folder: the harness's own, and one folder for each process. */
  temporaryFiles(): string[] {
    return readdirSync(this.#lab.tmp, { recursive: true, encoding: 'utf8' });
  }

  #running(): Harness {
    if (this.#harness === undefined) throw new Error('the harness was not started');
    return this.#harness;
  }
}

function chooseSections(random: Random): Record<string, object> {
  return {
    limits: { concurrent_turns: random.pick([2, 4, 8]), shutdown_grace: random.pick(['0s', '2s', '30s']) },
    claude: { max_retries: random.pick([0, 1, 2]) },
    server: { port: 0, silence_before_stream: random.pick(['200ms', '10s']) },
    // A higher one would hide the address.
    logging: { level: random.pick(['debug', 'info']) },
    responses: { keep: random.pick(['1d', '30d']) },
  };
}
