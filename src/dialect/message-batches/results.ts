import type { BatchResult } from '../../core/batches.ts';

/** The type of a file of results. */
export const resultsType = 'application/x-jsonl';

/** A line of a batch's results, with the line break at its end. */
export function toResultLine({ customId, outcome, response }: BatchResult): string {
  return `${JSON.stringify({ custom_id: customId, result: toResult(outcome, response?.body) })}\n`;
}

function toResult(outcome: BatchResult['outcome'], body: object | undefined): object {
  switch (outcome) {
    case 'succeeded':
      return { type: 'succeeded', message: body };
    case 'errored':
      // The whole envelope, as the API has it, in which the error itself is a part.
      return { type: 'errored', error: body };
    case 'canceled':
    case 'expired':
      return { type: outcome };
  }
}
