import type {
  AssistantBlock,
  Conversation,
  Message,
  ToolResultBlock,
  ToolUseBlock,
  UserBlock,
} from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { HarnessError } from '../../core/errors.ts';
import { SystemMessages } from '../../core/system-messages.ts';
import { CallIds, listIds, quoteId } from '../openai-shared/call-ids.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';

/** Groups items into messages: neighbours of one role become one message, and each call is answered in the next. */
export class ConversationBuilder {
  readonly #system = new SystemMessages();
  readonly #messages: Message[] = [];
  readonly #calls: CallIds;

  constructor(earlier?: EarlierCalls) {
    this.#calls = new CallIds(earlier);
  }

  addSystem(text: string): void {
    this.#system.add(text, this.#messages.length, this.#messages.at(-1)?.role);
  }

  addUser(blocks: readonly UserBlock[]): void {
    if (blocks.length === 0) return;
    const content = this.#userContent();
    for (const block of blocks) content.push(block);
  }

  addAssistant(blocks: readonly AssistantBlock[]): void {
    if (blocks.length === 0) return;
    const content = this.#assistantContent();
    for (const block of blocks) content.push(block);
  }

  /** `index` is the position of the item, `path` its field. */
  addCall(call: ToolUseBlock, index: number, path: string): void {
    const content = this.#assistantContent();
    const id = this.#calls.add(call.id, index);
    if (id === undefined) throw invalidRequest(`${path}.call_id`, `repeats the id ${quoteId(call.id)}.`);
    content.push({ ...call, id });
  }

  addResult(callId: string, result: Pick<ToolResultBlock, 'content' | 'is_error'>, path: string): void {
    const id = this.#calls.answer(callId);
    if (id === undefined) {
      throw invalidRequest(
        `${path}.call_id`,
        `is ${quoteId(callId)}, but no function call with this id is waiting for a result before it.`,
      );
    }
    const said = this.#userContent();
    // The API wants results before whatever else the user says.
    const rest = said.findIndex(({ type }) => type !== 'tool_result');
    said.splice(rest === -1 ? said.length : rest, 0, { type: 'tool_result', tool_use_id: id, ...result });
  }

  /** The whole conversation; throws when there is nothing to answer. */
  build(): Conversation {
    this.#requireAnswered();
    const question = this.#system.takeQuestion(this.#messages.length, this.#messages.at(-1)?.role);
    if (question.length > 0) this.#messages.push({ role: 'user', content: question });
    const last = this.#messages.at(-1);
    if (last === undefined) throw nothingToAnswer();
    if (last.role === 'assistant') {
      const problem = 'ends with the assistant, but an answer cannot be prefilled; the last item must be the user’s.';
      throw invalidRequest('input', problem);
    }
    return { system: this.#system.prompt, messages: this.#system.among(this.#messages) };
  }

  #userContent(): UserBlock[] {
    this.#dropLooseThoughts();
    const last = this.#messages.at(-1);
    if (last?.role === 'user') return last.content;
    const content: UserBlock[] = [];
    this.#messages.push({ role: 'user', content });
    return content;
  }

  #assistantContent(): AssistantBlock[] {
    const last = this.#messages.at(-1);
    if (last?.role === 'assistant') return last.content;
    this.#requireAnswered();
    const content: AssistantBlock[] = [];
    this.#messages.push({ role: 'assistant', content });
    return content;
  }

  /** Drops thinking that led to nothing, as before a cut by `max_output_tokens`: the API refuses a message that ends with it. */
  #dropLooseThoughts(): void {
    const last = this.#messages.at(-1);
    if (last?.role !== 'assistant') return;
    while (last.content.at(-1)?.type === 'thinking' || last.content.at(-1)?.type === 'redacted_thinking') {
      last.content.pop();
    }
    if (last.content.length === 0) this.#messages.pop();
  }

  #requireAnswered(): void {
    const { open } = this.#calls;
    if (open.length === 0) return;
    const problem = `must have a function_call_output for each function call; missing: ${listIds(open)}.`;
    throw invalidRequest('input', problem);
  }
}

function nothingToAnswer(): HarnessError {
  return new HarnessError('INVALID_REQUEST', 'input must contain a message: there is nothing to answer.', {
    param: 'input',
  });
}
