import { sessionHeader } from '../../core/session-header.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import { toDataFrame } from '../../core/stream-format.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { createPromptAnswer, createPromptStream } from './answer.ts';
import { promptErrorReply } from './errors.ts';
import { fromPromptRequest } from './request.ts';

/** `POST /chat`: a prompt, and its answer as one text. */
export const plainPrompt: Endpoint = {
  dialect: 'prompt',
  path: '/chat',
  frames: { toFrame: toDataFrame, keepAlive: ': keep-alive\n\n', end: '' },
  parse(body, { settings, earlier }) {
    if (earlier !== undefined) throw invalidRequest(sessionHeader, 'is not served here; use /v1/chat/completions.');
    return fromPromptRequest(body, settings);
  },
  stream: createPromptStream,
  whole: createPromptAnswer,
  error: promptErrorReply,
  describe: async () => (await import('./description.ts')).promptDescription,
};
