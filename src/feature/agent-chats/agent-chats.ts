import type { AgentProfile } from '../../core/agent.ts';
import type { RunTurn } from '../../core/backend.ts';
import type { Message } from '../../core/conversation.ts';
import type { DialectSettings, TurnRequest } from '../../core/endpoint.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { modelNotFound } from '../../core/model-not-found.ts';
import type { ClientEvent } from '../../core/session-event.ts';
import { sessionHeader } from '../../core/session-header.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import type { AgentModel } from './agent-models.ts';
import { toChatRequest, toContent, toHistory, type ChatRequest } from './chat-request.ts';
import { findSession, namedSession, type ChatSession } from './chat-session.ts';
import type { ChatStore } from './chat-store.ts';
import { hashExchange, words, type ChatParties } from './exchange-hash.ts';
import { messageModeHeader, toMessageMode } from './message-mode.ts';
import { runAgentTurn, type AgentTurnOptions, type TurnOutcome } from './run-agent-turn.ts';
import { unhonouredFields } from './unhonoured-fields.ts';

const titleLength = 60;

export interface AgentChatsOptions {
  sessions: Sessions;
  store: ChatStore;
  /** The name to start the CLI with. Throws `MODEL_NOT_FOUND`. */
  resolveModel: (requested: string) => string;
  settings: Pick<DialectSettings, 'unsupportedParams'>;
  log: Logger;
}

/** A request whose model is an agent that its caller may use. */
export interface AskedAgent {
  caller: Caller;
  agent: AgentModel;
  request: TurnRequest;
  /** As it was sent. */
  body: Readonly<Record<string, unknown>>;
  /** A header of the request, by its name in lower case. */
  header: (name: string) => string | undefined;
  /** Whether answers are lists of content blocks. */
  hasBlocks: boolean;
}

export interface AgentTurn {
  sessionId: string;
  /** Fields of the request that have no effect. */
  ignored: readonly string[];
  /** Runs once; the conversation and its options are those of the request. */
  run: RunTurn;
}

/**
 * Lets chat clients drive agents. They send the whole conversation each time: it goes on in the session that has
 * exchanged just that, and in a new one that is told of it where there is none.
 */
export class AgentChats {
  readonly #options: AgentChatsOptions;
  /** The sessions in which a request is being answered, and how many. */
  readonly #answering = new Map<string, number>();

  constructor(options: AgentChatsOptions) {
    this.#options = options;
  }

  isAnswering(sessionId: string): boolean {
    return this.#answering.has(sessionId);
  }

  /** Finds or creates the session, and sends it nothing. Throws what is wrong with the request. */
  async begin({ caller, agent, request, body, header, hasBlocks }: AskedAgent): Promise<AgentTurn> {
    const { sessions, settings } = this.#options;
    const mode = toMessageMode(header(messageModeHeader), hasBlocks);
    const ignored = unhonouredFields(request, body, settings);
    const chat = toChatRequest(request.conversations[0] ?? noConversation());
    const { name, model: own } = agent.profile ?? (await this.#profileOf(caller, agent));
    const model = agent.model === own ? own : this.#options.resolveModel(agent.model);
    const parties: ChatParties = { caller, agent: name, model };
    const named = header(sessionHeader);
    const session =
      named === undefined
        ? await this.#findOrCreate(parties, chat, own)
        : await namedSession(this.#options, { parties, sessionId: named, chat });
    const { sessionId } = session;
    const turn = { sessions, caller, sessionId, model: agent.id, mode, events: eventsOf(chat, session) };
    const onOver = (outcome: TurnOutcome) => this.#remember(parties, chat, session, outcome);
    return { sessionId, ignored, run: (_conversation, _options, signal) => this.#run({ ...turn, onOver }, signal) };
  }

  async *#run(turn: AgentTurnOptions, signal: AbortSignal): AsyncGenerator<TurnEvent> {
    this.#count(turn.sessionId, 1);
    try {
      yield* runAgentTurn(turn, signal);
    } finally {
      this.#count(turn.sessionId, -1);
    }
  }

  #count(sessionId: string, change: 1 | -1): void {
    const count = (this.#answering.get(sessionId) ?? 0) + change;
    if (count === 0) this.#answering.delete(sessionId);
    else this.#answering.set(sessionId, count);
  }

  /** Of an agent that was created. */
  async #profileOf(caller: Caller, { agent }: AgentModel): Promise<AgentProfile> {
    try {
      return (await this.#options.sessions.agent(caller, agent)).profile;
    } catch (error) {
      if (error instanceof HarnessError && error.code === 'AGENT_NOT_FOUND') throw modelNotFound();
      throw error;
    }
  }

  async #findOrCreate(parties: ChatParties, chat: ChatRequest, ownModel: string): Promise<ChatSession> {
    const found = chat.history.length === 0 ? undefined : await findSession(this.#options, { parties, chat });
    if (found !== undefined) return found;
    const { caller, agent, model } = parties;
    const history = toHistory(chat.history);
    const title = words(chat.now.content.map((block) => (block.type === 'text' ? block.text : '')).join(' '));
    const { id } = await this.#options.sessions.create(caller, {
      agent,
      overrides: model === ownModel ? {} : { model },
      title: title === '' ? null : title.slice(0, titleLength),
      metadata: { source: 'chat' },
      ...(history.length > 0 && { history }),
      events: [],
    });
    return { sessionId: id, isWhole: true };
  }

  /** So that the next request finds the session. That it doesn't is no reason to fail: another is told of all this. */
  async #remember(
    parties: ChatParties,
    { history, now, system }: ChatRequest,
    { sessionId, isWhole }: ChatSession,
    { messageId, text, ending }: TurnOutcome,
  ): Promise<void> {
    // Of an answer that has failed clients keep nothing, and an empty one they leave out.
    const isKept = ending !== 'failed' && text.trim() !== '';
    const answered: Message[] = isKept ? [now, { role: 'assistant', content: [{ type: 'text', text }] }] : [];
    const exchange = isWhole ? hashExchange(parties, [...history, ...answered]) : null;
    try {
      await this.#options.store.save({ sessionId, exchange, lastMessage: messageId, system });
    } catch (error) {
      this.#options.log.warn('a conversation with an agent could not be noted', { session_id: sessionId, error });
    }
  }
}

/** The client's system prompt holds for the session's rest; it is said when it is new. */
function eventsOf({ system, now }: ChatRequest, { knownSystem = '' }: ChatSession): readonly ClientEvent[] {
  const message: ClientEvent = { type: 'user.message', content: toContent(now) };
  if (system === '' || system === knownSystem) return [message];
  return [{ type: 'system.message', content: [{ type: 'text', text: system }] }, message];
}

function noConversation(): never {
  throw new HarnessError('INTERNAL', 'A request without a conversation.');
}
