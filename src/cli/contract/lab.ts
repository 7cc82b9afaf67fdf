import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { HarnessError } from '../../core/errors.ts';
import { spawnCli, type CliProcess, type CliProcessOptions } from '../../process/cli-process.ts';
import { controlLine } from '../../process/control.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { PendingLines } from '../pool/pending-lines.ts';
import { rewind, type RewindOutcome } from '../rewind.ts';
import { AnswerReader } from '../turn/answer-reader.ts';
import { toInputBatches } from '../turn/feed.ts';
import type { ApiDouble, DoubleBehaviour } from './api-double.ts';
import { Inconclusive } from './inconclusive.ts';

export interface LabOptions {
  launch: CliProcessOptions;
  model: string;
  api: ApiDouble;
  /** Ends every wait. */
  signal: AbortSignal;
}

/** A request as it arrived at the API. */
export type Arrived = ApiDouble['requests'][number] & { body: Record<string, unknown> };

export interface LabTurn {
  /** The requests that the turn has caused, in order. */
  arrived: Arrived[];
  /** How it ended. */
  outcome: EndEvent | HarnessError;
}

type EndEvent = Extract<TurnEvent, { type: 'end' }>;

/** The CLI ended by itself. */
export class CliEnded extends Error {}

const system = 'You are being checked.';

/** A process that has closed its output is gone in a moment. */
const exitMs = 1000;

/** One process under test, with an API of its own. */
export class Lab {
  readonly #options: LabOptions;
  readonly #cli: CliProcess;
  readonly #lines: PendingLines;
  #version: string | undefined;
  /** The last turn has printed its result. */
  #isOver = true;

  constructor(options: LabOptions) {
    this.#options = options;
    this.#cli = spawnCli(options.launch);
    this.#lines = new PendingLines({
      send: (messages) => this.#cli.send(messages),
      receive: async () => this.#noted(await this.#cli.receive()),
    });
  }

  /** As the CLI names it in its turns. */
  get version(): string | undefined {
    return this.#version;
  }

  get requests(): readonly unknown[] {
    return this.#options.api.requests.map(({ body, headers }) => ({ body, headers }));
  }

  async initialize(): Promise<void> {
    await this.#control('initialize', { subtype: 'initialize', systemPrompt: [system] });
  }

  /** A turn whose request is given as a body. Gives it back with `empty`. */
  async exactTurn(conversation: Conversation, body: object, behaviour: DoubleBehaviour): Promise<ExactTurn> {
    const uuid = randomUUID();
    const env = { CLAUDE_CODE_EXTRA_BODY: JSON.stringify(body) };
    await this.#control(`settings-${uuid}`, { subtype: 'apply_flag_settings', settings: { effortLevel: null, env } });
    const turn = await this.#turn([[{ ...this.#firstLine(conversation), uuid }]], behaviour);
    const emptied = await rewind(this.#lines, [uuid]);
    if (!emptied.emptied) await this.#end();
    return { ...turn, emptied };
  }

  /** A turn whose messages are fed one by one, on top of what the process was told before. */
  async fedTurn(conversation: Conversation, behaviour: DoubleBehaviour): Promise<LabTurn> {
    const turn = await this.#turn(toInputBatches([], conversation, this.#options.model), behaviour);
    await this.#end();
    return turn;
  }

  async stop(): Promise<void> {
    await this.#cli.stop();
  }

  /** The line with the first message, as it is fed. */
  #firstLine({ system: prompt, messages }: Conversation): object {
    const [[line] = []] = toInputBatches([], { system: prompt, messages: messages.slice(0, 1) }, this.#options.model);
    if (line === undefined) throw new TypeError('a conversation without a message');
    return line;
  }

  async #turn(batches: object[][], behaviour: DoubleBehaviour): Promise<LabTurn> {
    const { api, signal } = this.#options;
    api.behave(behaviour);
    const before = api.requests.length;
    for (const batch of batches.slice(0, -1)) {
      await this.#lines.send(batch, signal);
      while ((await this.#receive()).type !== 'result');
    }
    this.#isOver = false;
    await this.#lines.send(batches.at(-1) ?? [], signal);
    const outcome = await this.#answer();
    return { arrived: api.requests.slice(before) as Arrived[], outcome };
  }

  /** The CLI may go on after an answer: what it prints must not be taken for the next one. */
  async #end(): Promise<void> {
    while (!this.#isOver) await this.#receive();
  }

  /** Read as the engine reads it. */
  async #answer(): Promise<LabTurn['outcome']> {
    const reader = new AnswerReader();
    for (;;) {
      const message = await this.#receive();
      try {
        const event = reader.read(message);
        if (event?.type === 'end') return event;
      } catch (error) {
        if (error instanceof HarnessError) return error;
        throw error;
      }
    }
  }

  async #control(requestId: string, request: Parameters<typeof controlLine>[1]): Promise<void> {
    await this.#lines.send([controlLine(requestId, request)], this.#options.signal);
    for (;;) {
      const message = await this.#receive();
      if (message.type !== 'control_response' || message.response.request_id !== requestId) continue;
      const { subtype, error = 'no reason given' } = message.response;
      if (subtype === 'error') throw new HarnessError('CLI_PROTOCOL', `${request.subtype} was refused: ${error}`);
      return;
    }
  }

  async #receive(): Promise<CliMessage> {
    const message = await this.#lines.next(this.#options.signal);
    if (message === undefined) throw await this.#endOf();
    return message;
  }

  #noted(message: CliMessage | undefined): CliMessage | undefined {
    if (message?.type === 'result') this.#isOver = true;
    if (message?.type === 'system' && message.subtype === 'init') {
      this.#version = message.claude_code_version ?? undefined;
    }
    return message;
  }

  /** Killed, or not started, is what a machine without memory does to a process. */
  async #endOf(): Promise<Error> {
    const exit = await Promise.race([this.#cli.exited, setTimeout(exitMs)]);
    // It has closed its output and lives on.
    if (exit === undefined) return new CliEnded('it closed its output');
    if (exit.kind === 'exited') return new CliEnded(`it ended with ${exit.code}: ${lastLine(this.#cli.stderrTail)}`);
    return new Inconclusive(exit.kind === 'killed' ? `it was killed (${exit.signal})` : exit.error.message);
  }
}

export interface ExactTurn extends LabTurn {
  emptied: RewindOutcome;
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
}
