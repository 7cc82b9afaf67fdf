import { answerRestarted } from '../../core/answer-restarted.ts';
import type { BlockStart, StopReason, TurnEvent } from '../../core/turn-event.ts';
import { wordlessRefusal } from '../openai-shared/answer-texts.ts';
import { toFinishReason } from './finish-reason.ts';
import type { ChatAnswerOptions, ChatDelta, ChatFinishReason, ChatFunctionCall } from './types.ts';

export type ChoiceDelta = { delta: ChatDelta; finishReason: ChatFinishReason | null };

/** One answer of a turn as OpenAI's deltas. */
export class ChoiceDeltas {
  readonly #options: ChatAnswerOptions;
  #hasRole = false;
  #hasContent = false;
  #block: BlockStart['type'] = 'text';
  #calls = 0;
  #hasArguments = false;
  #hasRefusal = false;

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
        return this.#begin(event.block);
      case 'text':
        if (event.text === '') return [];
        return this.#block === 'refusal' ? this.#refuse(event.text) : this.#carry({ content: event.text });
      case 'thinking':
        if (event.text === '' || !this.#options.showReasoning) return [];
        return this.#carry({ reasoning_content: event.text, reasoning: event.text });
      case 'input':
        return event.json === '' ? [] : this.#addArguments(event.json);
      case 'block_stop':
        return this.#stop();
      case 'end':
        return this.#end(event.stopReason);
      case 'citation':
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

  #begin(block: BlockStart): ChoiceDelta[] {
    this.#block = block.type;
    if (block.type !== 'tool_use') return [];
    this.#calls += 1;
    this.#hasArguments = false;
    return this.#carryCall({ name: block.name, arguments: '' }, block.id);
  }

  #addArguments(json: string): ChoiceDelta[] {
    this.#hasArguments = true;
    return this.#carryCall({ arguments: json });
  }

  #stop(): ChoiceDelta[] {
    // No arguments are an empty object to clients, which parse them as JSON.
    const isBare = this.#block === 'tool_use' && !this.#hasArguments;
    this.#block = 'text';
    return isBare ? this.#carryCall({ arguments: '{}' }) : [];
  }

  /** A repeated id, type or name would be concatenated by clients: only the first delta of a call has them. */
  #carryCall(call: Partial<ChatFunctionCall>, id?: string): ChoiceDelta[] {
    if (this.#options.legacyFunctions) {
      // The old form has room for one; the API was told not to give more.
      return this.#calls > 1 ? [] : this.#carry({ function_call: call });
    }
    const index = this.#calls - 1;
    const head = id === undefined ? {} : { id, type: 'function' as const };
    return this.#carry({ tool_calls: [{ index, ...head, function: call }] });
  }

  #refuse(refusal: string): ChoiceDelta[] {
    this.#hasRefusal = true;
    return this.#carry({ refusal });
  }

  #end(reason: StopReason): ChoiceDelta[] {
    const { hasOutput, legacyFunctions } = this.#options;
    const isBareRefusal = hasOutput && reason === 'refusal' && !this.#hasRefusal;
    const finishReason = toFinishReason(reason, { hasCalls: this.#calls > 0, legacyFunctions, hasOutput });
    return [...(isBareRefusal ? this.#refuse(wordlessRefusal) : []), { delta: {}, finishReason }];
  }

  #carry(delta: ChatDelta): ChoiceDelta[] {
    this.#hasContent = true;
    return [plain(delta)];
  }
}

function plain(delta: ChatDelta): ChoiceDelta {
  return { delta, finishReason: null };
}
