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
  #route: Route = 'pass';
  #block: 'text' | 'output' | 'tool_use' | 'other' = 'other';
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

  /** The events to give out for the answer's next one; its `end` is kept for `finish`. */
  push(event: TurnEvent): TurnEvent[] {
    if (event.type === 'start') return [event];
    if (event.type === 'restart') {
      this.#reset();
      return [event];
    }
    if (event.type === 'end') {
      this.#end = event;
      return [];
    }
    const released = event.type === 'block_start' ? this.#begin(event.block) : [];
    this.#record(event);
    return [...released, ...this.#pass(event)];
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
    this.#end = undefined;
  }

  #begin(block: Extract<TurnEvent, { type: 'block_start' }>['block']): TurnEvent[] {
    const { call, output, strict } = this.#expected;
    const isOpen = (call || output !== undefined) && this.calls.length === 0;
    const inOrder: Route = this.#held.length > 0 ? 'hold' : 'pass';
    this.#block = 'other';
    switch (block.type) {
      case 'thinking':
      case 'redacted_thinking':
        this.#route = inOrder;
        return [];
      case 'text':
        this.#block = 'text';
        // Words beside a JSON value would make it none; words instead of a call are not what was asked for.
        if (this.#output !== undefined) this.#route = 'drop';
        else this.#route = isOpen ? 'hold' : inOrder;
        return [];
      case 'refusal':
        this.#route = inOrder;
        return [];
      case 'output':
        this.#block = 'output';
        this.#route = this.#output === undefined ? 'pass' : 'drop';
        // The words before it are dropped; calls that wait for their check are not.
        if (this.calls.length === 0) this.#held = [];
        return [];
      case 'tool_use':
        this.#block = 'tool_use';
        this.calls.push({ id: block.id, name: block.name, json: '' });
        this.#route = strict.size > 0 ? 'hold' : 'pass';
        return strict.size > 0 ? [] : this.release();
    }
  }

  #record(event: TurnEvent): void {
    if (event.type === 'text' && this.#block === 'text') this.#texts.push(event.text);
    if (this.#block === 'output' && this.#route === 'pass') {
      this.#output = (this.#output ?? '') + (event.type === 'text' ? event.text : '');
    }
    const call = this.calls.at(-1);
    if (event.type === 'input' && this.#block === 'tool_use' && call !== undefined) call.json += event.json;
  }

  #pass(event: TurnEvent): TurnEvent[] {
    if (this.#route === 'drop') return [];
    if (this.#route === 'hold') {
      this.#held.push(event);
      return [];
    }
    this.#hasPassed = true;
    if (event.type === 'block_stop' && this.#block === 'output' && this.#output === '') {
      return [{ type: 'text', text: '{}' }, event];
    }
    const isOutput = event.type === 'block_start' && event.block.type === 'output';
    return [isOutput ? { type: 'block_start', block: { type: 'text' } } : event];
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
