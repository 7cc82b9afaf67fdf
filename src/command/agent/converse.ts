import { setTimeout as sleep } from 'node:timers/promises';
import { askPermission, type Terminal } from './ask.ts';
import { describeCall } from './describe-call.ts';
import { toShownEvent, type ShownEvent } from './session-events.ts';
import type { ServerSentEvent } from '../../util/server-sent-events.ts';
import { RefusedError } from '../ask-service.ts';
import type { SessionsClient } from './sessions-client.ts';
import { EventPrinter } from './show-event.ts';
import { withoutControls } from './without-controls.ts';

const reconnectAfterMs = 1000;
const maxFailures = 30;

export interface Conversation {
  client: SessionsClient;
  /** The session's id. */
  id: string;
  terminal: Terminal;
  print: (text: string) => void;
  /** Aborts when the person has had enough. */
  signal: AbortSignal;
}

type Called = Extract<ShownEvent, { type: 'agent.tool_use' | 'agent.mcp_tool_use' }>;

/**
 * Sends a message and shows what comes of it until the agent has nothing left to do, asking the person about what the
 * agent may do. Returns whether it went well. A lost connection is made again, without a gap.
 */
export async function converse(conversation: Conversation, prompt: string): Promise<boolean> {
  const { client, id, print, signal } = conversation;
  const printer = new EventPrinter(print);
  const questions = new Questions(conversation);
  let events: AsyncIterable<ServerSentEvent> | undefined = await client.follow(id, undefined, signal);
  await client.send(id, { type: 'user.message', content: [{ type: 'text', text: prompt }] });
  let hasFailed = false;
  let last: string | undefined;
  for (let failures = 0; failures < maxFailures; failures += 1) {
    try {
      events ??= await client.follow(id, last, signal);
      for await (const { id: eventId, data } of events) {
        last = eventId ?? last;
        failures = 0;
        const event = toShownEvent(JSON.parse(data));
        if (event === undefined) continue;
        if (event.type !== 'user.message') printer.show(event);
        hasFailed ||= event.type === 'session.error';
        if (questions.take(event) === 'ended') return !hasFailed;
      }
    } catch (error) {
      if (signal.aborted || error instanceof RefusedError) throw error;
    }
    events = undefined;
    await sleep(reconnectAfterMs, undefined, { signal });
  }
  throw new Error('The connection was lost, and the service does not answer any more.');
}

/** What the agent waits for, and what the person says of it. */
class Questions {
  readonly #conversation: Conversation;
  readonly #calls = new Map<string, Called>();
  readonly #open = new Map<string, AbortController>();
  #asking: Promise<void> = Promise.resolve();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  take(event: ShownEvent): 'ended' | undefined {
    switch (event.type) {
      case 'agent.tool_use':
      case 'agent.mcp_tool_use':
        this.#calls.set(event.id, event);
        return undefined;
      case 'user.tool_confirmation':
        this.#open.get(event.tool_use_id)?.abort();
        return undefined;
      case 'session.status_idle':
        if (event.stop_reason.type !== 'requires_action') return 'ended';
        for (const callId of event.stop_reason.event_ids ?? []) this.#ask(callId);
        return undefined;
      case 'session.status_terminated':
      case 'session.deleted':
        return 'ended';
      case 'event_start':
      case 'event_delta':
      case 'user.message':
      case 'agent.message':
      case 'agent.custom_tool_use':
      case 'agent.tool_result':
      case 'agent.mcp_tool_result':
      case 'session.error':
        return undefined;
    }
  }

  /** One at a time; each only once, though the session says again what it waits for. */
  #ask(callId: string): void {
    const call = this.#calls.get(callId);
    if (call === undefined || this.#open.has(callId)) return;
    const answered = new AbortController();
    this.#open.set(callId, answered);
    const signal = AbortSignal.any([answered.signal, this.#conversation.signal]);
    this.#asking = this.#asking
      .then(() => this.#settle(call, signal))
      .catch((error: unknown) => {
        if (!signal.aborted) this.#conversation.print(`${error instanceof Error ? error.message : String(error)}\n`);
      });
  }

  async #settle(call: Called, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { client, id, terminal, print } = this.#conversation;
    const description = withoutControls(describeCall(call.name, call.input));
    if (terminal.input.isTTY !== true) {
      print(`\n${description}\nThis waits for somebody to allow it elsewhere, since nobody can be asked here.\n`);
      return;
    }
    const answer = await askPermission(description, terminal, signal);
    if (answer === undefined) return;
    await client.send(id, {
      type: 'user.tool_confirmation',
      tool_use_id: call.id,
      result: answer === 'no' ? 'deny' : 'allow',
      ...(answer === 'always' && { for_session: true }),
    });
  }
}
