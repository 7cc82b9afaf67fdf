import type {
  AgentEngine,
  AgentEvent,
  AgentProcess,
  AgentSessionOptions,
  ContentBlock,
  CustomToolResult,
  PermissionDecision,
} from '../../../src/core/agent-engine.ts';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { HarnessError } from '../../../src/core/errors.ts';
import { createDeferred, type Deferred } from '../../../src/util/deferred.ts';
import { unlessAborted } from '../../../src/util/unless-aborted.ts';

export const someUsage = {
  input_tokens: 10,
  output_tokens: 2,
  cache_creation_input_tokens: 3,
  cache_read_input_tokens: 4,
};

/** One turn, as a script plays it. */
export class FakeTurn {
  readonly process: FakeProcess;
  readonly content: readonly ContentBlock[];
  /** Settles when the turn is interrupted or the process stopped. */
  readonly broken = createDeferred<undefined>();

  constructor(process: FakeProcess, content: readonly ContentBlock[]) {
    this.process = process;
    this.content = content;
  }

  get text(): string {
    return this.content.map((block) => (block.type === 'text' ? String(block['text']) : `<${block.type}>`)).join('\n');
  }

  emit(...events: readonly AgentEvent[]): void {
    for (const event of events) this.process.emit(event);
  }

  /** A request to the model whose answer is this text, in two pieces. */
  say(text: string): void {
    const number = this.process.nextText();
    const half = Math.ceil(text.length / 2);
    this.emit(
      { type: 'request_started' },
      { type: 'text_started', text: number },
      { type: 'text_delta', text: number, delta: text.slice(0, half) },
      { type: 'text_delta', text: number, delta: text.slice(half) },
      { type: 'text_ended', text: number, whole: text },
      { type: 'request_ended', usage: someUsage, isError: false },
    );
  }

  /** Calls a tool that is asked about; gives what was decided. */
  ask(callId: string, command = 'ls'): Promise<PermissionDecision> {
    this.emit({
      type: 'tool_called',
      callId,
      tool: { kind: 'builtin', name: 'bash' },
      input: { command },
      permission: 'ask',
    });
    return this.process.decision(callId).promise;
  }

  /** Calls a tool of the client; gives its result. */
  callCustom(callId: string, name = 'lookup'): Promise<CustomToolResult> {
    this.emit({ type: 'tool_called', callId, tool: { kind: 'custom', name }, input: { key: callId } });
    return this.process.result(callId).promise;
  }

  endCall(callId: string, text = 'done'): void {
    this.emit({ type: 'tool_ended', callId, content: [{ type: 'text', text }], isError: false });
  }

  end(costUsd = 0.5): void {
    this.emit({ type: 'turn_ended', ending: { reason: 'end_turn' }, costUsd });
  }
}

export type Script = (turn: FakeTurn) => void | Promise<void>;

/** A process whose turns are played by the engine's script. */
export class FakeProcess implements AgentProcess {
  readonly options: AgentSessionOptions;
  readonly decisions = new Map<string, Deferred<PermissionDecision>>();
  readonly results = new Map<string, Deferred<CustomToolResult>>();
  readonly turns: FakeTurn[] = [];
  isStopped = false;
  /** Whether it would be started in the same way now. */
  isUpToDate = true;
  /** Whether it does what it is told when it is interrupted. */
  obeys = true;
  /** What else it tells at an interrupt, before the turn's end. */
  atInterrupt: readonly AgentEvent[] = [];
  readonly gone: Promise<undefined>;
  readonly #engine: FakeEngine;
  readonly #queue: AgentEvent[] = [];
  #news = createDeferred<undefined>();
  #end: { error?: HarnessError } | undefined;
  #texts = 0;
  readonly #over = createDeferred<undefined>();

  constructor(engine: FakeEngine, options: AgentSessionOptions) {
    this.#engine = engine;
    this.options = options;
    this.gone = this.#over.promise;
  }

  get events(): AsyncIterable<AgentEvent> {
    return this.#read();
  }

  nextText(): number {
    this.#texts += 1;
    return this.#texts;
  }

  emit(event: AgentEvent): void {
    this.#queue.push(event);
    this.#tell();
  }

  /** It ends by itself. */
  die(error?: HarnessError): void {
    this.#end = error === undefined ? {} : { error };
    this.#over.resolve(undefined);
    this.#tell();
  }

  isCurrent(): boolean {
    return this.isUpToDate && this.#end === undefined && !this.isStopped;
  }

  send(content: readonly ContentBlock[]): Promise<void> {
    const turn = new FakeTurn(this, content);
    this.turns.push(turn);
    void this.#engine.script(turn);
    return Promise.resolve();
  }

  decision(callId: string): Deferred<PermissionDecision> {
    return ofMap(this.decisions, callId);
  }

  result(callId: string): Deferred<CustomToolResult> {
    return ofMap(this.results, callId);
  }

  decide(callId: string, decision: PermissionDecision): Promise<boolean> {
    this.decision(callId).resolve(decision);
    return Promise.resolve(true);
  }

  answer(callId: string, result: CustomToolResult): Promise<boolean> {
    this.result(callId).resolve(result);
    return Promise.resolve(true);
  }

  interrupt(): Promise<void> {
    if (!this.obeys) return Promise.resolve();
    for (const event of this.atInterrupt) this.emit(event);
    this.emit({ type: 'turn_ended', ending: { reason: 'interrupted' }, costUsd: 0.1 });
    this.turns.at(-1)?.broken.resolve(undefined);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.turns.at(-1)?.broken.resolve(undefined);
    await this.#engine.beforeStop();
    this.die();
  }

  async *#read(): AsyncGenerator<AgentEvent, void, void> {
    for (;;) {
      const news = this.#news.promise;
      const event = this.#queue.shift();
      if (event !== undefined) yield event;
      else if (this.#end?.error !== undefined) throw this.#end.error;
      else if (this.#end !== undefined) return;
      else await news;
    }
  }

  #tell(): void {
    this.#news.resolve(undefined);
    this.#news = createDeferred();
  }
}

/** An engine whose turns are played by a script; by default each says what it was sent. */
export class FakeEngine implements AgentEngine {
  readonly processes: FakeProcess[] = [];
  readonly forgotten: string[] = [];
  script: Script = (turn) => {
    turn.say(`re: ${turn.text}`);
    turn.end();
  };
  /** Lets the end of a process take its time. */
  beforeStop: () => Promise<void> = () => Promise.resolve();
  /** Lets the start of a process take its time, or fail. */
  beforeOpen: () => Promise<void> = () => Promise.resolve();
  /** Whether processes may be started ahead of their turns. */
  lets: (profile: AgentProfile) => boolean = () => true;

  canWait(profile: AgentProfile): boolean {
    return this.lets(profile);
  }

  async open(options: AgentSessionOptions, signal = new AbortController().signal): Promise<FakeProcess> {
    await unlessAborted(this.beforeOpen(), signal);
    const process = new FakeProcess(this, options);
    this.processes.push(process);
    return process;
  }

  forget(_profile: unknown, transcript: string): Promise<void> {
    this.forgotten.push(transcript);
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  get live(): readonly FakeProcess[] {
    return this.processes.filter(({ isStopped }) => !isStopped);
  }

  get last(): FakeProcess {
    const last = this.processes.at(-1);
    if (last === undefined) throw new Error('no process was opened');
    return last;
  }

  /** What all its turns were sent. */
  get texts(): readonly string[] {
    return this.processes.flatMap(({ turns }) => turns.map(({ text }) => text));
  }
}

function ofMap<T>(map: Map<string, Deferred<T>>, key: string): Deferred<T> {
  const known = map.get(key) ?? createDeferred<T>();
  map.set(key, known);
  return known;
}
