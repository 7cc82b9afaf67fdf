import type { BatchResult } from '../../core/batches.ts';

/** Which of a batch's files a result is in: that of the answers, or that of what was not answered. */
export function isAnswer({ outcome }: BatchResult): boolean {
  return outcome === 'succeeded';
}

/** A line of a file of results, with the line break at its end. `id` is unique among all of them. */
export function toResultLine({ customId, outcome, response }: BatchResult, id: string): string {
  const line = {
    id,
    custom_id: customId,
    response:
      response === undefined
        ? null
        : { status_code: response.status, request_id: response.requestId, body: response.body },
    error: toError(outcome),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Why a request was not asked; one that was asked and failed has a response that says so. */
function toError(outcome: BatchResult['outcome']): { code: string; message: string } | null {
  switch (outcome) {
    case 'succeeded':
    case 'errored':
      return null;
    case 'canceled':
      return { code: 'batch_cancelled', message: 'The batch was cancelled before this request was answered.' };
    case 'expired':
      return {
        code: 'batch_expired',
        message: 'This request could not be answered before the completion window of the batch was over.',
      };
  }
}
