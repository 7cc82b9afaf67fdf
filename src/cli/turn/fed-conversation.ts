import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { toRequestBody } from '../../messages-api/request-body.ts';
import { toCliName } from '../../messages-api/tool-names.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { RewindOutcome } from '../rewind.ts';
import { toInputBatches } from './feed.ts';
import type { FedProcess, Feeding, ProcessState } from './feeding.ts';
import { setupLines, type Prompt } from './setup.ts';

export interface FedConversationOptions {
  model: string;
  prompt: Prompt;
  /** The operator's own additions to the body of API requests (`CLAUDE_CODE_EXTRA_BODY`). */
  extraBody: Readonly<Record<string, unknown>> | undefined;
}

/** The conversation fed to the CLI message by message, which makes the request of it, with notes of its own. */
export class FedConversation implements Feeding {
  readonly setup: Setup;
  isAsked = false;
  readonly #conversation: Conversation;
  readonly #model: string;

  constructor(conversation: Conversation, turn: TurnOptions, options: FedConversationOptions) {
    const { model, prompt, extraBody } = options;
    const { system, thinking, forceCalls } = prompt;
    const body = toRequestBody(conversation, turn, { forceCalls, toModelName: toCliName });
    const { maxTokens } = turn;
    const bound = maxTokens === undefined ? {} : { maxTokens };
    const lines = setupLines({ system, thinking, body: withExtra(body, extraBody), ...bound });
    this.setup = { lines, key: JSON.stringify(lines) };
    this.#conversation = conversation;
    this.#model = model;
  }

  /** Sends all batches; each but the last is answered by a `result` of its own. */
  async feed(process: FedProcess, { isSetUp }: ProcessState): Promise<void> {
    const batches = toInputBatches([], this.#conversation, this.#model);
    for (const [index, batch] of batches.entries()) {
      this.isAsked = index === batches.length - 1;
      await (index > 0 || isSetUp ? process.send(batch) : process.setUp(this.setup, batch));
      if (index === batches.length - 1) return;
      while ((await process.receive()).type !== 'result');
    }
  }

  /** A process keeps its settings, so that it serves one turn. */
  empty(): Promise<RewindOutcome> {
    return Promise.resolve({ emptied: false, refused: false, reason: 'its settings are of one turn' });
  }
}

/** A request's own fields replace the operator's setting as a whole in the CLI, so that it is repeated with them. */
function withExtra(body: object, extra: object | undefined): object {
  return Object.keys(body).length === 0 ? body : { ...extra, ...body };
}
