import type { StopReason, TurnEvent } from '../core/turn-event.ts';
import { findProblem, type Call, type CompleteAnswer, type Problem } from './answer-problem.ts';
import type { Expectations } from './expectations.ts';

type End = Extract<TurnEvent, { type: 'end' }>;
type Route = 'pass' | 'hold' | 'drop';

/** A block of the answer that is open. */
interface OpenBlock {
  route: Route;
  /** Takes the text of the block. */
  addText?: (text: string) => void;
  /** The call that the block is. */
  call?: Call;
  isOutput?: boolean;
}

/** An answer that ended for another reason is incomplete, or none, and is not judged by its form. */
const complete: ReadonlySet<StopReason> = new Set(['end_turn', 'tool_use']);

/**
 * Reads one answer on its way to the client, holds back what the client must not get before the rest is known, and says
 * at the end what is wrong with it.
 */
export class AnswerValidator implements CompleteAnswer {
  readonly #expected: Expectations;
  readonly #blocks = new Map<number, OpenBlock>();
  #calls: Call[] = [];
  #hasApiCall = false;
  #text = '';
  #output: string | undefined;
  #held: TurnEvent[] = [];
  #hasPassed = false;
  #end: End | undefined;

  constructor(expected: Expectations) {
    this.#expected = expected;
  }

  get hasApiCall(): boolean {
    return this.#hasApiCall;
  }

  get calls(): readonly Call[] {
    return this.#calls;
  }

  /** The words of the answer. */
  get text(): string {
    return this.#text;
  }

  get output(): string | undefined {
    return this.#output;
  }

  /** Whether any part of the answer has been given out. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** The answer's end; `undefined` when it never came. */
  get end(): End | undefined {
    const end = this.#end;
    // Structured output is a tool's call to the API, and an answer to the client.
    const isOutput = end?.stopReason === 'tool_use' && this.#output !== undefined && this.#calls.length === 0;
    return isOutput ? { ...end, stopReason: 'end_turn' } : end;
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
        // It is about the answer, and no part of it.
        return this.#inOrder === 'hold' ? this.#take('hold', event) : [event];
      case 'block_start':
        return this.#begin(event);
      case 'block_stop':
        return this.#stop(event);
      case 'text':
        this.#blocks.get(event.id)?.addText?.(event.text);
        return this.#take(this.#routeOf(event.id), event);
      case 'input':
        return this.#addArguments(event);
      case 'thinking':
      case 'citation':
      case 'opaque':
      case 'signature':
        return this.#take(this.#routeOf(event.id), event);
    }
  }

  /** What is wrong with the answer that has ended. */
  problem(): Problem | undefined {
    if (this.#end === undefined || !complete.has(this.#end.stopReason)) return undefined;
    return findProblem(this, this.#expected);
  }

  /** What was held back. */
  release(): TurnEvent[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #reset(): void {
    this.#blocks.clear();
    this.#calls = [];
    this.#hasApiCall = false;
    this.#text = '';
    this.#output = undefined;
    this.#held = [];
    this.#end = undefined;
  }

  /** The route of what may be given out as soon as everything before it has been. */
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
        return this.#open(event, { route: this.#inOrder });
      case 'opaque':
        return this.#beginOpaque(event, block.block);
      case 'text':
        return this.#open(event, { route: this.#routeOfText(), addText: (text) => (this.#text += text) });
      case 'output':
        return this.#beginOutput(id);
      case 'tool_use':
        return this.#beginCall(event, { id: block.id, name: block.name, json: '' });
    }
  }

  #open(event: Extract<TurnEvent, { type: 'block_start' }>, block: OpenBlock): TurnEvent[] {
    this.#blocks.set(event.id, block);
    return this.#take(block.route, event);
  }

  /** Words beside a JSON value would make it invalid; words instead of a call are not what was asked for. */
  #routeOfText(): Route {
    if (this.#output !== undefined) return 'drop';
    const { call, output } = this.#expected;
    const isMissing = ((call && !this.#hasApiCall) || output !== undefined) && this.#calls.length === 0;
    return isMissing ? 'hold' : this.#inOrder;
  }

  /** The first one is the answer's text; further ones are dropped. */
  #beginOutput(id: number): TurnEvent[] {
    const event = { type: 'block_start', id, block: { type: 'text' } } as const;
    if (this.#output !== undefined) return this.#open(event, { route: 'drop' });
    // The words before it are dropped; calls that wait for their check are not.
    if (this.#calls.length === 0) this.#held = [];
    this.#output = '';
    const addText = (text: string) => {
      this.#output = (this.#output ?? '') + text;
    };
    return this.#open(event, { route: 'pass', isOutput: true, addText });
  }

  #beginCall(event: Extract<TurnEvent, { type: 'block_start' }>, call: Call): TurnEvent[] {
    this.#calls.push(call);
    if (this.#expected.strict.size > 0) return this.#open(event, { route: 'hold', call });
    return [...this.release(), ...this.#open(event, { route: 'pass', call })];
  }

  /** A call of a tool that the API runs is a call, too. What is held before structured output are words without use. */
  #beginOpaque(event: Extract<TurnEvent, { type: 'block_start' }>, { type }: Readonly<Record<string, unknown>>) {
    const { call, output, strict } = this.#expected;
    const isCall = typeof type === 'string' && type.endsWith('_tool_use');
    this.#hasApiCall ||= isCall;
    if (output !== undefined && this.#calls.length === 0) return this.#open(event, { route: 'pass' });
    if (!isCall || !call || strict.size > 0) return this.#open(event, { route: this.#inOrder });
    return [...this.release(), ...this.#open(event, { route: 'pass' })];
  }

  #addArguments(event: Extract<TurnEvent, { type: 'input' }>): TurnEvent[] {
    const call = this.#blocks.get(event.id)?.call;
    if (call !== undefined) call.json += event.json;
    return this.#take(this.#routeOf(event.id), event);
  }

  #stop(event: Extract<TurnEvent, { type: 'block_stop' }>): TurnEvent[] {
    const { id } = event;
    const isEmpty = this.#blocks.get(id)?.isOutput === true && this.#output === '';
    const stopped = this.#take(this.#routeOf(id), event);
    this.#blocks.delete(id);
    return isEmpty ? [{ type: 'text', id, text: '{}' }, ...stopped] : stopped;
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
