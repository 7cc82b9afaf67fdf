import type { Conversation, Tool } from '../../src/core/conversation.ts';

/** A request in the three forms in which the bench sends it. */
export interface Prompt {
  system: string;
  /** User and assistant in turns, beginning and ending with the user. */
  texts: string[];
  tools?: Tool[];
}

export const shortPrompt: Prompt = {
  system: 'You are the voice of a small house. Answer in one sentence.',
  texts: ['Is the kitchen light on?'],
};

/** A conversation of `messages` messages, and a question. */
export function promptWithHistory(messages: number): Prompt {
  const history = Array.from({ length: messages }, (_, n) =>
    n % 2 === 0 ? `Question ${n}: which lights are on, and since when?` : `Answer ${n}: the kitchen's, since seven.`,
  );
  return { ...shortPrompt, texts: [...history, ...shortPrompt.texts] };
}

/** A question of an agent with as many tools as those have. */
export function promptWithTools(tools: number): Prompt {
  return { ...shortPrompt, tools: Array.from({ length: tools }, (_, n) => lightSwitch(n)) };
}

function lightSwitch(n: number): Tool {
  return {
    name: `switch_light_${n}`,
    description: 'Switches a light on or off. '.repeat(20),
    inputSchema: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
    strict: false,
    field: `tools.${n}`,
  };
}

/** The answer begins with the moment at which the stand-in got the request, on its own clock. */
export const promptForTime: Prompt = { ...shortPrompt, texts: ['Say the time'] };

/** Of a client that nobody shares a process with. */
export function promptOfStranger(n: number): Prompt {
  return { ...shortPrompt, system: `You are the voice of house ${n}. Answer in one sentence.` };
}

export function promptForWords(words: number): Prompt {
  return { ...shortPrompt, texts: [`Say ${words} words`] };
}

export function toConversation(prompt: Prompt): Conversation {
  const messages = toMessages(prompt).map(({ role, content }) => ({
    role,
    content: [{ type: 'text' as const, text: content }],
  }));
  return { system: [prompt.system], messages, ...(prompt.tools && { tools: prompt.tools }) };
}

/** The messages of a request to either API; the system prompt goes elsewhere in each. */
export function toMessages({ texts }: Prompt): { role: 'user' | 'assistant'; content: string }[] {
  return texts.map((content, n) => ({ role: n % 2 === 0 ? 'user' : 'assistant', content }));
}
