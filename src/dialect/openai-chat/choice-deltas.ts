import { answerRestarted } from '../../core/answer-restarted.ts';
import type { StopReason, TurnEvent } from '../../core/turn-event.ts';
import { wordlessRefusal } from '../openai-shared/answer-texts.ts';
import { UrlCitations } from '../openai-shared/url-citations.ts';
import { toFinishReason } from './finish-reason.ts';
import type { ChatAnnotation, ChatAnswerOptions, ChatDelta, ChatFinishReason, ChatFunctionCall } from './types.ts';

export type ChoiceDelta = { delta: ChatDelta; finishReason: ChatFinishReason | null };

interface ToolCall {
  index: number;
  hasArguments: boolean;
}

/** One answer of a turn as OpenAI's deltas. */
export class ChoiceDeltas {
  readonly #options: ChatAnswerOptions;
  #hasRole = false;
  #hasContent = false;
  /** The blocks whose text is a refusal. */
  readonly #refusals = new Set<number>();
  /** By the id of the block. */
  readonly #calls = new Map<number, ToolCall>();
  #hasRefusal = false;
  readonly #citations = new UrlCitations();
  #annotations: ChatAnnotation[] = [];

  constructor(options: ChatAnswerOptions) {
    this.#options = options;
  }

  /**
   * The deltas for the turn's next event, in order. Throws `ANSWER_RESTARTED` when the answer begins again after a part
   * of it has gone out, since what the client has cannot be taken back.
   */
  push(event: TurnEvent): ChoiceDelta[] {
    switch (event.type) {
      case 'start':
        return this.#start();
      case 'restart':
        if (this.#hasContent) throw answerRestarted();
        return this.#start();
      case 'block_start':
        return this.#begin(event);
      case 'text':
        if (event.text === '') return [];
        return this.#refusals.has(event.id) ? this.#refuse(event.text) : this.#write(event.text);
      case 'thinking':
        if (event.text === '' || !this.#options.showReasoning) return [];
        return this.#carry({ reasoning_content: event.text, reasoning: event.text });
      case 'input':
        return event.json === '' ? [] : this.#addArguments(event.id, event.json);
      case 'block_stop':
        return this.#stop(event.id);
      case 'end':
        return this.#end(event.stopReason);
      case 'citation':
        this.#citations.cite(event.id, event.citation);
        return [];
      case 'opaque':
      case 'signature':
      case 'warning':
        return [];
    }
  }

  #start(): ChoiceDelta[] {
    if (this.#hasRole) return [];
    // Once only: without a role openai-node fails, and openai-python concatenates a repeated one.
    this.#hasRole = true;
    return [plain({ role: 'assistant', content: '' })];
  }

  #begin({ id, block }: Extract<TurnEvent, { type: 'block_start' }>): ChoiceDelta[] {
    if (block.type === 'refusal') this.#refusals.add(id);
    if (block.type === 'text' || block.type === 'output') this.#citations.begin(id);
    if (block.type !== 'tool_use') return [];
    const call = { index: this.#calls.size, hasArguments: false };
    this.#calls.set(id, call);
    return this.#carryCall(call, { name: block.name, arguments: '' }, block.id);
  }

  #write(content: string): ChoiceDelta[] {
    this.#citations.write(content);
    return this.#carry({ content });
  }

  #addArguments(id: number, json: string): ChoiceDelta[] {
    const call = this.#calls.get(id);
    if (call === undefined) return [];
    call.hasArguments = true;
    return this.#carryCall(call, { arguments: json });
  }

  #stop(id: number): ChoiceDelta[] {
    for (const citation of this.#citations.end(id)) {
      this.#annotations.push({ type: 'url_citation', url_citation: citation });
    }
    return this.#endArguments(id);
  }

  /** Clients parse arguments as JSON: without any, they get an empty object. */
  #endArguments(id: number): ChoiceDelta[] {
    const call = this.#calls.get(id);
    return call?.hasArguments === false ? this.#carryCall(call, { arguments: '{}' }) : [];
  }

  /** A repeated id, type or name would be concatenated by clients: only the first delta of a call has them. */
  #carryCall({ index }: ToolCall, call: Partial<ChatFunctionCall>, id?: string): ChoiceDelta[] {
    if (this.#options.legacyFunctions) {
      // The old format has room for one call; the API was asked not to give more.
      return index > 0 ? [] : this.#carry({ function_call: call });
    }
    const head = id !== undefined && { id, type: 'function' as const };
    return this.#carry({ tool_calls: [{ index, ...head, function: call }] });
  }

  #refuse(refusal: string): ChoiceDelta[] {
    this.#hasRefusal = true;
    return this.#carry({ refusal });
  }

  #end(reason: StopReason): ChoiceDelta[] {
    const { hasOutput, legacyFunctions } = this.#options;
    const isBareRefusal = hasOutput && reason === 'refusal' && !this.#hasRefusal;
    const finishReason = toFinishReason(reason, { hasCalls: this.#calls.size > 0, legacyFunctions, hasOutput });
    return [...(isBareRefusal ? this.#refuse(wordlessRefusal) : []), ...this.#annotate(), { delta: {}, finishReason }];
  }

  /** All in one delta: of several, openai-node keeps the last, and openai-python fails for want of an index. */
  #annotate(): ChoiceDelta[] {
    return this.#annotations.length === 0 ? [] : this.#carry({ annotations: this.#annotations });
  }

  #carry(delta: ChatDelta): ChoiceDelta[] {
    this.#hasContent = true;
    return [plain(delta)];
  }
}

function plain(delta: ChatDelta): ChoiceDelta {
  return { delta, finishReason: null };
}
