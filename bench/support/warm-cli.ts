import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { toRequestBody } from '../../src/messages-api/request-body.ts';
import { toCliName } from '../../src/messages-api/tool-names.ts';
import { chatArguments } from '../../src/cli/arguments.ts';
import { controlLine } from '../../src/process/control.ts';
import { terminate } from '../../src/process/terminate.ts';
import { toInputBatches } from '../../src/cli/turn/feed.ts';
import { setupLines } from '../../src/cli/turn/setup.ts';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { cliDelta } from './deltas.ts';
import type { Timing } from './http-client.ts';
import { model, type Lab } from './lab.ts';
import { onLine } from '../../test/support/on-line.ts';
import { toConversation, type Prompt } from './prompt.ts';

/** A process is as fast as it gets when it has been idle for this long after its start. */
const idleMs = 1500;

/**
 * The CLI without the harness, but started ahead with the harness's flags and environment, warmed as the harness does,
 * and given the conversation message by message: the least that a turn takes in a process that is used once.
 */
export class WarmCli {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;
  readonly #settled: Promise<void>;

  constructor(lab: Lab) {
    this.#child = spawn(cliUnderTest, chatArguments(model), {
      cwd: lab.workspace,
      env: lab.cliEnv,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.#exited = once(this.#child, 'exit');
    this.#settled = this.#warmUp();
    // Whoever uses the process learns of it.
    this.#settled.catch(() => undefined);
    lab.cleanup.defer(() => this.stop());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdout(): Readable {
    return this.#child.stdout;
  }

  /** Settles when the process is up and has been idle for a while. */
  async settled(): Promise<void> {
    await this.#settled;
  }

  /** Writes a prompt of one message in one go. */
  ask(prompt: Prompt): void {
    this.#child.stdin.write(toText(toBatches(prompt).flat()));
  }

  /** From the first write to the first delta parsed, and to the CLI's own end of the turn. */
  async time(prompt: Prompt): Promise<Timing> {
    await this.#settled;
    const batches = toBatches(prompt);
    const writeNext = (): boolean => {
      const batch = batches.shift();
      if (batch !== undefined) this.#child.stdin.write(toText(batch));
      return batch !== undefined;
    };
    let firstAt: number | undefined;
    const endedAt = new Promise<number>((resolve, reject) => {
      onLine(this.stdout, (line) => {
        if (firstAt === undefined && cliDelta(line)) firstAt = performance.now();
        // Each batch ends with one.
        if (line.includes('"type":"result"') && !writeNext()) resolve(performance.now());
      });
      this.stdout.once('end', () => {
        reject(new Error('the warm CLI ended without a result'));
      });
    });
    const askedAt = performance.now();
    writeNext();
    const totalMs = (await endedAt) - askedAt;
    if (firstAt === undefined) throw new Error('the warm CLI ended without a text delta');
    return { firstMs: firstAt - askedAt, totalMs };
  }

  async stop(): Promise<void> {
    await terminate(this.#child, this.#exited);
  }

  async #warmUp(): Promise<void> {
    this.#child.stdin.write(toText([controlLine('ready', { subtype: 'harness_ready' })]));
    const ended = this.#exited.then(() => {
      throw new Error('the CLI ended before it was asked anything');
    });
    await Promise.race([once(this.#child.stdout, 'data'), ended]);
    await sleep(idleMs);
  }
}

function toBatches(prompt: Prompt): object[][] {
  const conversation = toConversation(prompt);
  const body = toRequestBody(conversation, { model }, { forceCalls: false, toModelName: toCliName });
  return toInputBatches(setupLines({ system: [prompt.system], thinking: undefined, body }), conversation, model);
}

function toText(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
