/** What a model is made to answer, and what it was asked, in words that belong to neither wire format. */

export interface ToolCall {
  id: string;
  name: string;
  input: Record<string, unknown>;
}

/** One answer: thinking first, then text or JSON, then tool calls, whichever are given. */
export interface ScriptedAnswer {
  thinking?: string;
  text?: string;
  toolCalls?: readonly ToolCall[];
  /** The answer to a request with a response format. */
  json?: Record<string, unknown>;
  /** The words of a model that will not answer. */
  refusal?: string;
  /** Why the model stopped, where its answer does not say so by itself. */
  stopReason?: 'max_tokens';
  /** Says its text and then nothing more, without an end. */
  hangs?: boolean;
}

/** The tokens of every scripted answer. */
export const scriptedUsage = { prompt: 10, completion: 7 };

/** What was said before, as the model sees it. Thinking is left out: OpenAI's format has no place for it. */
export type Said =
  | { role: 'system' | 'user'; text: string }
  | { role: 'assistant'; text: string; calls: ToolCall[] }
  | { role: 'tool'; id: string; text: string };

export interface SeenRequest {
  conversation: Said[];
  /** The tools that the model may call: with a tool named by the choice, that one alone. */
  tools: { name: string; parameters: unknown }[];
  choice: 'auto' | 'none' | 'required' | { tool: string };
  /** Whether the model may call several tools at once. */
  parallel: boolean;
  /** Where the model is to stop by itself. */
  stops: string[];
  /** The JSON schema of the answer, where the client asked for one. */
  schema: unknown;
}

/** The text as far as a model goes that ends before the first of its stop sequences, and the one that ended it. */
export function untilStop(text: string, stops: readonly string[]): { text: string; stop?: string } {
  const found = stops.filter((stop) => text.includes(stop)).sort((a, b) => text.indexOf(a) - text.indexOf(b));
  const [stop] = found;
  return stop === undefined ? { text } : { text: text.slice(0, text.indexOf(stop)), stop };
}

/** Two messages of the assistant, one after the other, are one turn of the model. */
export function joinTurns(said: Iterable<Said>): Said[] {
  const turns: Said[] = [];
  for (const next of said) {
    const last = turns.at(-1);
    if (last?.role === 'assistant' && next.role === 'assistant') {
      turns[turns.length - 1] = {
        role: 'assistant',
        text: last.text + next.text,
        calls: [...last.calls, ...next.calls],
      };
    } else {
      turns.push(next);
    }
  }
  return turns;
}
