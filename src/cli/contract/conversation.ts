import type { Conversation, TextBlock } from '../../core/conversation.ts';

const text = (words: string): TextBlock => ({ type: 'text', text: words });

export function saying(words: string): Conversation {
  return { system: [], messages: [{ role: 'user', content: [text(words)] }] };
}

/** What a CLI might rewrite: earlier roles, a call and its result, letters beyond ASCII. */
export const checkedConversation: Conversation = {
  system: [],
  messages: [
    // Long enough that the attribution, which is computed from it, differs from that of another text.
    { role: 'user', content: [text('The first message of the conversation that this CLI is checked with')] },
    {
      role: 'assistant',
      content: [text('An answer'), { type: 'tool_use', id: 'toolu_check', name: 'f', input: { a: 'ü👋' } }],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_check', content: [text('A result')] }, text('And now?')],
    },
  ],
};

const schema = { type: 'object', properties: {}, additionalProperties: false };

/** The fields of a request that the CLI has to pass on, each with a value that it would not choose by itself. */
export const checkedBody = {
  messages: checkedConversation.messages,
  tools: [{ name: 'f', input_schema: schema }],
  tool_choice: { type: 'any' },
  max_tokens: 321,
  thinking: { type: 'disabled' },
  temperature: 0.5,
  stop_sequences: ['STOP'],
  output_config: { format: { type: 'json_schema', schema } },
};
