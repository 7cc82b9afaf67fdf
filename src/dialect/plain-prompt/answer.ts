import { z } from 'zod';
import { answerRestarted } from '../../core/answer-restarted.ts';
import type { StreamedAnswer, WholeAnswer } from '../../core/endpoint.ts';
import type { TurnEvent } from '../../core/turn-event.ts';

const metadata = z.object({
  model: z.string().describe('That answered, by the API’s word.'),
  stop_reason: z.string().describe('The API’s; `max_tokens` where the answer was cut.'),
  returncode: z.literal(0),
});

export const promptAnswer = z.object({ response: z.string(), status: z.literal('success'), metadata });
export const promptPiece = z.object({ response: z.string() });
export const promptEnd = z.object({ status: z.literal('success'), metadata });
export const promptFailure = z.object({ status: z.literal('error'), detail: z.string() });

type Ending = z.infer<typeof promptEnd>;

/** The answer's text, and how it ended. */
export function createPromptAnswer(): WholeAnswer {
  let text = '';
  const ending = createEnding();
  return {
    push(event) {
      ending.push(event);
      if (event.type === 'restart') text = '';
      if (event.type === 'text') text += event.text;
    },
    body: () => ({ response: text, ...ending.ending() }),
  };
}

/** Pieces of the answer's text as they come, then how it ended. */
export function createPromptStream(): StreamedAnswer {
  let hasSaid = false;
  const ending = createEnding();
  return {
    push(event) {
      ending.push(event);
      if (event.type === 'restart' && hasSaid) throw answerRestarted();
      if (event.type === 'end') return [ending.ending()];
      if (event.type !== 'text') return [];
      hasSaid = true;
      return [{ response: event.text }];
    },
    fail: ({ message }) => [{ status: 'error', detail: message }],
  };
}

function createEnding(): { push: (event: TurnEvent) => void; ending: () => Ending } {
  let model = '';
  let reason = '';
  return {
    push(event) {
      if (event.type === 'start' || event.type === 'restart') model = event.model;
      if (event.type === 'end') reason = event.stopReason;
    },
    ending: () => ({ status: 'success', metadata: { model, stop_reason: reason, returncode: 0 } }),
  };
}
