import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent, Usage } from '../../core/turn-event.ts';
import { ChoiceDeltas } from './choice-deltas.ts';
import type {
  ChatAnnotation,
  ChatAnswer,
  ChatAnswerOptions,
  ChatChoice,
  ChatCompletion,
  ChatDelta,
  ChatFinishReason,
  ChatFunctionCall,
  ChatToolCall,
} from './types.ts';
import { toChatUsage } from './usage.ts';

export interface ChatCollector {
  /** Takes the next event of the choice's turn. */
  push: (event: TurnEvent, choice?: number) => void;
  /** The answer with the choices that have ended; throws when none has. */
  completion: () => ChatCompletion;
}

export function createChatCollector(options: ChatAnswerOptions): ChatCollector {
  const { id, created } = options;
  const choices = Array.from({ length: options.choices }, (_, index) => new CollectedChoice(index, options));
  let model = '';

  return {
    push(event, choice = 0) {
      if (event.type === 'start' || event.type === 'restart') model = event.model;
      choices[choice]?.push(event);
    },
    completion() {
      const ended = choices.flatMap((choice) => choice.ended ?? []);
      if (ended.length === 0) throw new HarnessError('INTERNAL', 'The answer was read before its end.');
      return {
        id,
        object: 'chat.completion',
        created,
        model,
        choices: ended.map(({ choice }) => choice),
        usage: toChatUsage(...ended.map(({ usage }) => usage)),
      };
    },
  };
}

/** Joins the deltas that a stream would have sent, so that streamed and whole answers have the same content. */
class CollectedChoice {
  readonly #index: number;
  readonly #options: ChatAnswerOptions;
  #deltas: ChoiceDeltas;
  #contents: string[] = [];
  #refusals: string[] = [];
  #thoughts: string[] = [];
  #calls: ChatToolCall[] = [];
  #legacyCall: ChatFunctionCall | undefined;
  #annotations: ChatAnnotation[] | undefined;
  #finishReason: ChatFinishReason | undefined;
  #usage: Usage | undefined;

  constructor(index: number, options: ChatAnswerOptions) {
    this.#index = index;
    this.#options = options;
    this.#deltas = new ChoiceDeltas(options);
  }

  push(event: TurnEvent): void {
    if (event.type === 'restart') this.#reset();
    for (const { delta, finishReason } of this.#deltas.push(event)) {
      this.#add(delta);
      if (finishReason !== null) this.#finishReason = finishReason;
    }
    if (event.type === 'end') this.#usage = event.usage;
  }

  get ended(): { choice: ChatChoice; usage: Usage } | undefined {
    if (this.#finishReason === undefined || this.#usage === undefined) return undefined;
    const choice = { index: this.#index, message: this.#message(), logprobs: null, finish_reason: this.#finishReason };
    return { choice, usage: this.#usage };
  }

  #reset(): void {
    this.#deltas = new ChoiceDeltas(this.#options);
    this.#contents = [];
    this.#refusals = [];
    this.#thoughts = [];
    this.#calls = [];
    this.#legacyCall = undefined;
    this.#annotations = undefined;
  }

  #add(delta: ChatDelta): void {
    const { content, refusal, reasoning, tool_calls: calls, function_call: legacyCall, annotations } = delta;
    if (content !== undefined) this.#contents.push(content);
    if (refusal !== undefined) this.#refusals.push(refusal);
    if (reasoning !== undefined) this.#thoughts.push(reasoning);
    for (const { id, function: call } of calls ?? []) {
      if (id !== undefined) this.#calls.push({ id, type: 'function', function: { name: '', arguments: '' } });
      extend(this.#calls.at(-1)?.function, call);
    }
    if (annotations !== undefined) this.#annotations = annotations;
    if (legacyCall !== undefined) {
      this.#legacyCall ??= { name: '', arguments: '' };
      extend(this.#legacyCall, legacyCall);
    }
  }

  #message(): ChatAnswer {
    const content = this.#contents.join('');
    const refusal = this.#refusals.join('');
    const reasoning = this.#thoughts.join('');
    const isElsewhere = refusal !== '' || this.#calls.length > 0 || this.#legacyCall !== undefined;
    return {
      role: 'assistant',
      content: content === '' && isElsewhere ? null : content,
      refusal: refusal === '' ? null : refusal,
      ...(reasoning !== '' && { reasoning_content: reasoning, reasoning }),
      ...(this.#calls.length > 0 && { tool_calls: this.#calls }),
      ...(this.#legacyCall !== undefined && { function_call: this.#legacyCall }),
      ...(this.#annotations !== undefined && { annotations: this.#annotations }),
    };
  }
}

function extend(call: ChatFunctionCall | undefined, { name = '', arguments: json = '' }: Partial<ChatFunctionCall>) {
  if (call === undefined) return;
  call.name += name;
  call.arguments += json;
}
