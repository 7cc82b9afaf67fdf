import { HarnessError } from '../../core/errors.ts';
import { controlLine } from '../../process/control.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import type { PendingLines } from '../pool/pending-lines.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import { rewind, type RewindOutcome } from '../rewind.ts';
import type { FedProcess, Feeding, ProcessState } from './feeding.ts';
import { promptSetup } from './setup.ts';

export interface ExactRequestOptions {
  system: readonly string[];
  /** Whose process it may be, where clients share none. */
  client: string | undefined;
  body: object;
  /** From `userLine`, with `uuid`. */
  userLine: object;
  /** New for every turn. */
  uuid: string;
}

/** It takes 3 to 50 ms (2.1.332, on a busy machine). */
const acknowledgeTimeoutMs = 2000;

/** How far a turn has come, and so what has to be taken back. */
type Stage = 'unsent' | 'settings-sent' | 'settings-acknowledged' | 'asked';

/**
 * The request's body, which the CLI sends as it is. The user's line is written only when the CLI has acknowledged the
 * settings of this turn, so that no request can go out with the body of another.
 */
export class ExactRequest implements Feeding {
  readonly prompt = 'exact';
  readonly setup: Setup;
  readonly #options: ExactRequestOptions;
  #stage: Stage = 'unsent';

  constructor(options: ExactRequestOptions) {
    const { system, client } = options;
    this.setup = promptSetup(system, client);
    this.#options = options;
  }

  get isAsked(): boolean {
    return this.#stage === 'asked';
  }

  async feed(process: FedProcess, { isSetUp, isUsed }: ProcessState): Promise<void> {
    const { body, userLine } = this.#options;
    const settings = { env: { CLAUDE_CODE_EXTRA_BODY: JSON.stringify(body) } };
    const line = controlLine(this.#settingsId, { subtype: 'apply_flag_settings', settings });
    this.#stage = 'settings-sent';
    await (isSetUp ? process.send([line]) : process.setUp(this.setup, [line]));
    await this.#acknowledged(() => (isUsed ? soon(process.receive()) : process.receive()));
    this.#stage = 'asked';
    await process.send([userLine]);
    if (isUsed) await beginning(process);
  }

  async empty(lines: PendingLines): Promise<RewindOutcome> {
    switch (this.#stage) {
      case 'unsent':
      case 'settings-acknowledged':
        // The next turn replaces the settings, and nothing was asked.
        return { emptied: true, rewound: false };
      case 'settings-sent':
        return this.#awaitAcknowledgement(lines);
      case 'asked':
        return rewind(lines, [this.#options.uuid]);
    }
  }

  get #settingsId(): string {
    return `settings-${this.#options.uuid}`;
  }

  async #acknowledged(receive: FedProcess['receive']): Promise<void> {
    for (;;) {
      const message = await receive();
      if (message.type === 'control_response' && message.response.request_id === this.#settingsId) break;
    }
    this.#stage = 'settings-acknowledged';
  }

  /** The client left in the few milliseconds that the settings take. */
  async #awaitAcknowledgement(lines: PendingLines): Promise<RewindOutcome> {
    const signal = AbortSignal.timeout(acknowledgeTimeoutMs);
    try {
      await this.#acknowledged(async () => {
        const message = await lines.next(signal);
        if (message === undefined) throw new HarnessError('CLI_FAILED', 'The claude CLI ended.');
        if (message.type === 'control_response' && message.response.subtype === 'error') {
          throw new HarnessError('CLI_PROTOCOL', 'The claude CLI refused its settings.');
        }
        return message;
      });
      return { emptied: true, rewound: false };
    } catch (error) {
      return { emptied: false, refused: false, reason: String(error) };
    }
  }
}

/** A process that has served before answers at once, or not at all. */
async function soon<Value>(answer: Promise<Value>): Promise<Value> {
  const signal = AbortSignal.timeout(acknowledgeTimeoutMs);
  try {
    return await unlessAborted(answer, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new HarnessError('CLI_FAILED', 'A claude process that had served before has stopped answering; try again.');
  }
}

/** Every turn begins with this line; whatever came before it would be left over from an earlier one. */
async function beginning(process: FedProcess): Promise<void> {
  for (;;) {
    const message = await process.receive();
    if (message.type === 'system' && message.subtype === 'init') return;
  }
}
