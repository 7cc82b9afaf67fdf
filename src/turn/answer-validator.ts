import type { StopReason, TurnEvent } from '../core/turn-event.ts';
import type { Validate } from './json-schema.ts';

/** What an answer has to be, beyond what the API sees to. */
export interface Expectations {
  /** It calls one of the client's tools. */
  call: boolean;
  /** It is a value of this form, or calls tools. */
  output: Validate | undefined;
  /** The arguments of these tools have this form. */
  strict: ReadonlyMap<string, Validate>;
}

export interface Call {
  id: string;
  name: string;
  /** The arguments as the model wrote them. */
  json: string;
}

export type Problem =
  | { kind: 'no-call' }
  | { kind: 'no-output' }
  | { kind: 'wrong-output'; reason: string }
  /** By the id of the call. */
  | { kind: 'wrong-arguments'; reasons: ReadonlyMap<string, string> };

type End = Extract<TurnEvent, { type: 'end' }>;
type Route = 'pass' | 'hold' | 'drop';

/** A block of the answer that is open. */
interface OpenBlock {
  route: Route;
  /** Where a text goes. */
  words?: string[];
  /** The call that its arguments belong to. */
  call?: Call;
  isOutput?: boolean;
}

/** An answer that ended for another reason is incomplete, or none, and is not judged by its form. */
const complete: ReadonlySet<StopReason> = new Set(['end_turn', 'tool_use']);

/**
 * Reads one answer on its way to the client, holds back what a client that expects something else must not get before
 * the rest is known, and tells in the end what is wrong with it.
 */
export class AnswerReview {
  readonly #expected: Expectations;
  readonly calls: Call[] = [];
  #texts: string[] = [];
  #output: string | undefined;
  #held: TurnEvent[] = [];
  readonly #blocks = new Map<number, OpenBlock>();
  #hasPassed = false;
  #end: End | undefined;

  constructor(expected: Expectations) {
    this.#expected = expected;
  }

  /** The words of the answer. */
  get text(): string {
    return this.#texts.join('');
  }

  /** The structured output as the model wrote it. */
  get output(): string | undefined {
    return this.#output;
  }

  /** Whether any of the answer has been given out. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** The events to give out for the answer's next one; its `end` is kept for the caller to ask for. */
  push(event: TurnEvent): TurnEvent[] {
    switch (event.type) {
      case 'start':
        return [event];
      case 'restart':
        this.#reset();
        return [event];
      case 'end':
        this.#end = event;
        return [];
      case 'warning':
        return this.#take(this.#inOrder, event);
      case 'block_start':
        return this.#begin(event);
      case 'block_stop':
        return this.#stop(event);
      case 'text':
      case 'input':
        return this.#write(event);
      case 'thinking':
      case 'citation':
      case 'signature':
        return this.#take(this.#routeOf(event.id), event);
    }
  }

  /** What is wrong with the answer that has ended. */
  problem(): Problem | undefined {
    const { call, output, strict } = this.#expected;
    if (this.#end === undefined || !complete.has(this.#end.stopReason)) return undefined;
    if (call && this.calls.length === 0) return { kind: 'no-call' };
    if (output !== undefined) {
      if (this.#output === undefined && this.calls.length === 0) return { kind: 'no-output' };
      const reason = this.#output === undefined ? undefined : checkJson(this.#output, output);
      if (reason !== undefined) return { kind: 'wrong-output', reason };
    }
    const reasons = new Map<string, string>();
    for (const { id, name, json } of this.calls) {
      const validate = strict.get(name);
      const reason = validate && checkJson(json, validate);
      if (reason !== undefined) reasons.set(id, reason);
    }
    return reasons.size > 0 ? { kind: 'wrong-arguments', reasons } : undefined;
  }

  /** The answer's end; `undefined` when it never came. */
  get end(): End | undefined {
    const end = this.#end;
    // Structured output is a tool's call to the API, and an answer to the client.
    const isOutput = end?.stopReason === 'tool_use' && this.#output !== undefined && this.calls.length === 0;
    return isOutput ? { ...end, stopReason: 'end_turn' } : end;
  }

  /** What was held back. */
  release(): TurnEvent[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #reset(): void {
    this.calls.length = 0;
    this.#texts = [];
    this.#output = undefined;
    this.#held = [];
    this.#blocks.clear();
    this.#end = undefined;
  }

  /** The route of what may be given out as soon as everything before it is. */
  get #inOrder(): Route {
    return this.#held.length > 0 ? 'hold' : 'pass';
  }

  #routeOf(id: number): Route {
    return this.#blocks.get(id)?.route ?? this.#inOrder;
  }

  #begin(event: Extract<TurnEvent, { type: 'block_start' }>): TurnEvent[] {
    const { id, block } = event;
    switch (block.type) {
      case 'thinking':
      case 'redacted_thinking':
      case 'refusal':
        this.#blocks.set(id, { route: this.#inOrder });
        return this.#take(this.#inOrder, event);
      case 'text': {
        const route = this.#routeOfText();
        this.#blocks.set(id, { route, words: this.#texts });
        return this.#take(route, event);
      }
      case 'output':
        return this.#beginOutput(id);
      case 'tool_use':
        return this.#beginCall(id, { id: block.id, name: block.name, json: '' }, event);
    }
  }

  /** Words beside a JSON value would make it none; words instead of a call are not what was asked for. */
  #routeOfText(): Route {
    if (this.#output !== undefined) return 'drop';
    const { call, output } = this.#expected;
    const isOpen = (call || output !== undefined) && this.calls.length === 0;
    return isOpen ? 'hold' : this.#inOrder;
  }

  #beginOutput(id: number): TurnEvent[] {
    const route = this.#output === undefined ? 'pass' : 'drop';
    this.#blocks.set(id, { route, isOutput: true });
    // The words before it are dropped; calls that wait for their check are not.
    if (this.calls.length === 0) this.#held = [];
    this.#output ??= '';
    return this.#take(route, { type: 'block_start', id, block: { type: 'text' } });
  }

  #beginCall(id: number, call: Call, event: TurnEvent): TurnEvent[] {
    this.calls.push(call);
    const route = this.#expected.strict.size > 0 ? 'hold' : 'pass';
    this.#blocks.set(id, { route, call });
    const released = route === 'pass' ? this.release() : [];
    return [...released, ...this.#take(route, event)];
  }

  #write(event: Extract<TurnEvent, { type: 'text' | 'input' }>): TurnEvent[] {
    const block = this.#blocks.get(event.id);
    if (event.type === 'input' && block?.call !== undefined) block.call.json += event.json;
    if (event.type === 'text') {
      block?.words?.push(event.text);
      if (block?.isOutput === true && block.route === 'pass') this.#output = (this.#output ?? '') + event.text;
    }
    return this.#take(this.#routeOf(event.id), event);
  }

  #stop(event: Extract<TurnEvent, { type: 'block_stop' }>): TurnEvent[] {
    const { id } = event;
    const route = this.#routeOf(id);
    const isBare = this.#blocks.get(id)?.isOutput === true && route === 'pass' && this.#output === '';
    const stopped = this.#take(route, event);
    this.#blocks.delete(id);
    return isBare ? [{ type: 'text', id, text: '{}' }, ...stopped] : stopped;
  }

  #take(route: Route, event: TurnEvent): TurnEvent[] {
    if (route === 'drop') return [];
    if (route === 'hold') {
      this.#held.push(event);
      return [];
    }
    this.#hasPassed = true;
    return [event];
  }
}

/** No arguments at all are an empty object. */
function checkJson(json: string, validate: Validate): string | undefined {
  let value: unknown;
  try {
    value = json === '' ? {} : JSON.parse(json);
  } catch {
    return 'is not valid JSON';
  }
  return validate(value);
}
