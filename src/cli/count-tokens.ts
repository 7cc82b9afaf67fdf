import { createHash, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Conversation, UserMessage } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import type { TokenCount } from '../core/backend.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { requiresCall, toRequestBody } from '../messages-api/request-body.ts';
import { toCliName } from '../messages-api/tool-names.ts';
import { withFiles } from '../messages-api/with-files.ts';
import type { Login } from '../admission/login.ts';
import type { Pool } from './pool/pool.ts';
import type { TurnQueue } from '../admission/turn-queue.ts';
import { parseContextUsage } from '../process/context-usage.ts';
import type { LoggedFailure } from '../process/error-log.ts';
import { controlLine } from '../process/control.ts';
import type { Channel } from './turn/channel.ts';
import { classifyFailure } from '../admission/classify-failure.ts';
import { toInputBatches } from './turn/feed.ts';
import type { ModelCatalog } from './model-catalog.ts';
import { withProcess } from './with-process.ts';

/** Feeding takes milliseconds a message, and the CLI asks the API for a few counts. */
const timeoutMs = 30_000;

/** The CLI's notes change with its version and with the date. */
const notesMaxAgeMs = 60 * 60 * 1000;
const maxModels = 100;
const maxPrompts = 1000;

/** What the API puts before the first tool, in tokens, as its documentation says of the Claude 4 models. */
const toolPreamble = { free: 346, forced: 313 };

const estimated =
  'The share of system prompt and tools is an estimate by the text that they make: it may be a few tokens off, with tools some dozens.';

const unknownTools = 'Tools that the API itself defines add some hundreds each.';

export interface TokenCounterOptions {
  catalog: ModelCatalog;
  login: Login;
  queue: TurnQueue;
  pool: Pool;
}

/** The shares of a fed conversation, as the API counts them for the CLI. */
interface Shares {
  system: number;
  messages: number;
}

/** What stands around a client's words in those counts. */
interface Surroundings {
  /** The notes that the CLI adds to the messages. */
  notes: number;
  /** What a message has beside its text: the CLI has a system prompt counted as if it were one. */
  frame: number;
}

/** One token for every model of today. */
const oneToken = 'foo';

/**
 * Counts prompts by asking the CLI what it was fed (`get_context_usage`), which asks the API for the count and costs no
 * model call. Messages are counted as they are; system prompt and tools as a message of their own, since the process has
 * a system prompt already. What the CLI adds to the messages (2.1.329; 2.1.197 leaves it out here) is measured with a
 * conversation of one word.
 */
export class TokenCounter {
  readonly #options: TokenCounterOptions;
  readonly #surroundings = new LRUCache<string, Surroundings>({ max: maxModels, ttl: notesMaxAgeMs });
  /** By model and text: clients count again and again with the same system prompt. */
  readonly #prompts = new LRUCache<string, number>({ max: maxPrompts, ttl: notesMaxAgeMs });

  constructor(options: TokenCounterOptions) {
    this.#options = options;
  }

  /** Throws `HarnessError`; an abort throws the signal's reason. */
  async count(asked: Conversation, turn: TurnOptions, signal: AbortSignal): Promise<TokenCount> {
    const { catalog, login, queue } = this.#options;
    const model = catalog.resolve(turn.model);
    await login.admit();
    await queue.enter(signal, turn.client);
    try {
      const conversation = await withFiles(asked, turn, signal);
      const { tools = [] } = toRequestBody(conversation, turn, { forceCalls: true, toModelName: toCliName });
      const prompt = [...conversation.system, ...tools.map(toPromptText)].join('\n\n');
      const { notes } = await this.#surroundingsOf(model, signal);
      const system = prompt === '' ? 0 : await this.#promptTokens(model, prompt, signal);
      const preamble = tools.length === 0 ? 0 : requiresCall(turn) ? toolPreamble.forced : toolPreamble.free;
      const { messages } = await this.#ask(model, { ...conversation, system: [] }, signal);
      const inputTokens = Math.max(1, messages - notes + system + preamble);
      const hasApiTools = conversation.apiTools !== undefined;
      return {
        inputTokens,
        ...(prompt !== '' && { estimated: hasApiTools ? `${estimated} ${unknownTools}` : estimated }),
      };
    } finally {
      queue.leave(turn.client);
    }
  }

  async #surroundingsOf(model: string, signal: AbortSignal): Promise<Surroundings> {
    const known = this.#surroundings.get(model);
    if (known !== undefined) return known;
    const shares = await this.#ask(model, { system: [oneToken], messages: [saying(oneToken)] }, signal);
    // Both are the same word in a message of its own, but for the notes.
    const measured = { notes: shares.messages - shares.system, frame: shares.system - 1 };
    this.#surroundings.set(model, measured);
    return measured;
  }

  async #promptTokens(model: string, prompt: string, signal: AbortSignal): Promise<number> {
    const key = createHash('sha256')
      .update(JSON.stringify([model, prompt]))
      .digest('base64');
    const known = this.#prompts.get(key);
    if (known !== undefined) return known;
    const { notes, frame } = await this.#surroundingsOf(model, signal);
    const { messages } = await this.#ask(model, { system: [], messages: [saying(prompt)] }, signal);
    const tokens = messages - notes - frame;
    this.#prompts.set(key, tokens);
    return tokens;
  }

  async #ask(model: string, conversation: Conversation, signal: AbortSignal): Promise<Shares> {
    const { pool } = this.#options;
    return withProcess({ pool, model, system: conversation.system, signal, timeoutMs }, async (process) => {
      const { channel } = process;
      const newUuid = (message: UserMessage): string | undefined => {
        // The CLI takes back no line with a tool's result, but it goes with the one before it.
        if (message.content.some(({ type }) => type === 'tool_result')) return undefined;
        const uuid = randomUUID();
        process.fed(uuid);
        return uuid;
      };
      const options = { startsTurn: false, newUuid };
      for (const batch of toInputBatches(process.setup, conversation, process.model, options)) {
        await channel.send(batch);
        // Answers that end a conversation are taken at once, without a word.
        if (isQuestion(batch.at(-1))) while ((await channel.receive()).type !== 'result');
      }
      const shares = await askShares(channel);
      this.#requireCounted(await process.loggedFailures());
      if (shares !== undefined) return shares;
      throw new HarnessError(
        'UPSTREAM_ERROR',
        'The tokens could not be counted: the claude CLI has no figure for them; try again.',
      );
    });
  }

  /**
   * Where the API refuses to count, the CLI makes a guess, and after a 404 it never asks again (2.1.332); or it asks a
   * small model, and has no figure where that fails as well (2.1.197). An error ends the process.
   */
  #requireCounted(failures: readonly LoggedFailure[]): void {
    const refusal = failures.find(({ request }) => request === 'count');
    if (refusal === undefined) return;
    const { status, sentence } = refusal;
    const error = classifyFailure({ status, name: undefined, text: sentence, usedUp: undefined });
    if (error.code === 'NOT_LOGGED_IN') this.#options.login.refused();
    throw error;
  }
}

function saying(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

function isQuestion(line: object | undefined): boolean {
  return line !== undefined && 'type' in line && line.type === 'user';
}

/** `undefined` where the CLI has no figure. */
async function askShares(channel: Channel): Promise<Shares | undefined> {
  const requestId = 'count';
  await channel.send([controlLine(requestId, { subtype: 'get_context_usage' })]);
  for (;;) {
    const message = await channel.receive();
    if (message.type !== 'control_response' || message.response.request_id !== requestId) continue;
    const categories = parseContextUsage(message.response.response)?.categories;
    const tokensOf = (name: string) => categories?.find((category) => category.name === name)?.tokens;
    const messages = tokensOf('Messages');
    // A prompt of nothing but the system's has no such category either.
    return messages === undefined ? undefined : { messages, system: tokensOf('System prompt') ?? 0 };
  }
}

/** A tool as the API shows it to the model; of those that it defines itself, only what the client says of them is known. */
function toPromptText(tool: object): string {
  const { type, name, description, input_schema: parameters } = tool as Record<string, unknown>;
  if (typeof type === 'string' && type !== 'custom') return JSON.stringify(tool);
  return `<function>${JSON.stringify({ description, name, parameters })}</function>`;
}
