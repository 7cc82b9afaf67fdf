import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../core/logger.ts';
import type { TcpAddress } from '../core/listen-address.ts';
import { endsWithParent } from '../process/ends-with-parent.ts';
import { startProgram, type Program, type ProgramExit } from '../process/start-program.ts';
import { signalGroup, terminate } from '../process/terminate.ts';
import { Backoff } from '../util/backoff.ts';
import { TextTail } from '../util/text-tail.ts';
import type { TunnelTool } from './tool.ts';

/** A program that ran for so long has not failed at its start, in ms. */
const stableMs = 60_000;
/** How long what a program has printed is waited for once it has ended. */
const lastWordsMs = 500;
/** How much of what a program says of its end is logged. */
const maxTailChars = 1000;

export interface TunnelOptions {
  tool: TunnelTool;
  /** Where the tool was found. */
  path: string;
  /** What the tool inherits; what it needs besides is its own. */
  env: Readonly<Record<string, string>>;
  log: Logger;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** A program that makes the service public while it runs, and is started again whenever it ends. */
export class Tunnel {
  readonly #options: TunnelOptions;
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff();
  #program: Program | undefined;
  #running: Promise<void> | undefined;
  #url: string | undefined;

  constructor(options: TunnelOptions) {
    this.#options = options;
  }

  /** The public address; undefined while there is none. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Begins to make `target` public; the log tells when it is. */
  start(target: TcpAddress): void {
    this.#running ??= this.#keepOpen(target).catch((error: unknown) => {
      this.#options.log.error('the tunnel failed', { error });
    });
  }

  /** Ends the program and all that it has started; settles when they are gone. May be called without `start`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#program !== undefined) await terminate(this.#program, this.#program.exited);
    await this.#running;
  }

  async #keepOpen(target: TcpAddress): Promise<void> {
    const { tool, path, env, log, ticks } = this.#options;
    const plain = { path, args: tool.argumentsFor(target), env: { ...env, ...tool.env } };
    const program = await endsWithParent(plain);
    while (!this.#isStopping()) {
      const startedAt = ticks();
      const { exit, said } = await this.#runOnce(program);
      if (this.#isStopping()) return;
      if (ticks() - startedAt >= stableMs) this.#backoff.reset();
      const waitMs = this.#backoff.fail(ticks());
      log.warn(`the tunnel is closed: ${tool.name} ended; it is started again`, {
        ...{ exit: describe(exit), wait_ms: waitMs },
        ...(said !== '' && { said }),
      });
      await sleep(waitMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Runs the program to its end; gives what it said of that. */
  async #runOnce(options: Parameters<typeof startProgram>[0]): Promise<{ exit: ProgramExit; said: string }> {
    const { tool } = this.#options;
    const program = startProgram(options);
    this.#program = program;
    program.stdin.end();
    const said = new TextTail(maxTailChars);
    const read = [program.stdout, program.stderr].map((input) => {
      const lines = createInterface({ input }).on('line', (line) => {
        this.#noteAddress(tool.addressIn(line));
        if (tool.isOfInterest(line)) said.push(`${this.#withoutSecrets(line)}\n`);
      });
      return once(lines, 'close');
    });
    const exit = await program.exited;
    this.#program = undefined;
    this.#url = undefined;
    // What it has started and left behind; whatever is out of reach may keep the pipes.
    signalGroup(program.pid, 'SIGKILL');
    await Promise.race([Promise.all(read), sleep(lastWordsMs)]);
    return { exit, said: said.text };
  }

  #noteAddress(url: string | undefined): void {
    if (url === undefined || !URL.canParse(url) || url === this.#url || this.#program === undefined) return;
    this.#url = url;
    this.#options.log.info(`the service is public at ${url}`, { tunnel: this.#options.tool.name });
  }

  #withoutSecrets(line: string): string {
    return Object.values(this.#options.tool.env).reduce((text, secret) => text.replaceAll(secret, '(hidden)'), line);
  }
}

function describe(exit: ProgramExit): string {
  switch (exit.kind) {
    case 'exited':
      return `exit code ${exit.code}`;
    case 'killed':
      return exit.signal;
    case 'not_started':
      return exit.error.message;
  }
}
