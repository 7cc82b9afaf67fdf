import type { Conversation } from '../../core/conversation.ts';
import { HarnessError } from '../../core/errors.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { mapMarks } from '../../messages-api/cache-control.ts';
import { withExtraFields } from '../../messages-api/extra-fields.ts';
import { toRequestBody } from '../../messages-api/request-body.ts';
import { thinks } from '../../messages-api/thinking.ts';
import { toCliName } from '../../messages-api/tool-names.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { RewindOutcome } from '../rewind.ts';
import { clientFields } from './client-fields.ts';
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
  readonly prompt = 'fed';
  readonly setup: Setup;
  isAsked = false;
  readonly #conversation: Conversation;
  readonly #model: string;

  constructor(conversation: Conversation, turn: TurnOptions, options: FedConversationOptions) {
    const { model, prompt, extraBody } = options;
    requireFeedable(conversation, turn, prompt);
    const { system, thinking, forceCalls } = prompt;
    const { tools, ...asked } = toRequestBody(conversation, turn, { forceCalls, toModelName: toCliName });
    const own = { ...(tools && { tools: mapMarks(tools, () => undefined) }), ...asked };
    const body = withExtraFields(own, clientFields(turn).extra, thinks(thinking));
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

/** Throws `UNSUPPORTED_PARAMETER` for what only a request that is sent as it is can have. */
function requireFeedable({ messages }: Conversation, { extra = {} }: TurnOptions, { thinking }: Prompt): void {
  if (messages.at(-1)?.role === 'assistant') throw notFeedable('messages', 'that end with an answer of the model');
  const { display } = (extra['thinking'] ?? {}) as { display?: unknown };
  if (thinks(thinking) && display !== undefined && display !== 'summarized') throw notFeedable('thinking.display', '');
}

function notFeedable(param: string, what: string): HarnessError {
  const problem = [param, what].filter((part) => part !== '').join(' ');
  return new HarnessError(
    'UNSUPPORTED_PARAMETER',
    `${param}: ${problem} cannot be sent while conversations are fed to the claude CLI. Leave it out, or have the server's owner update the CLI or set claude.prompt to exact.`,
    { param },
  );
}

/** A request's own fields replace the operator's setting as a whole in the CLI, so that it is repeated with them. */
function withExtra(body: object, extra: object | undefined): object {
  return Object.keys(body).length === 0 ? body : { ...extra, ...body };
}
