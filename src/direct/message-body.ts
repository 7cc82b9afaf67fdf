import type { Message } from '../core/conversation.ts';

/** What the API is asked for a prompt's tokens with: all that the model reads, and how it is to answer. */
export interface CountBody {
  model: string;
  system?: object[];
  messages: { role: Message['role']; content: object[] }[];
  tools?: object[];
  tool_choice?: object;
  thinking?: object;
  output_config?: object;
}

/** How the answer is made, which a count does not depend on. */
export interface GenerationFields {
  stop_sequences?: string[];
  temperature?: number;
  top_p?: number;
  top_k?: number;
}

/** The body of a request for an answer, in the Messages API's own terms. */
export interface MessageBody extends CountBody, GenerationFields {
  max_tokens: number;
}
