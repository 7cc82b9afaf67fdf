import * as z from 'zod';
import { controlLine } from '../process/control.ts';
import type { PendingLines } from './pool/pending-lines.ts';

/** It takes 1 to 140 ms (2.1.332, on a busy machine). */
const rewindTimeoutMs = 2000;

/**
 * Whether a process holds nothing of any conversation, so that it may serve anybody. Where it holds something it has to
 * end: 2.1.197 refuses to give up its first message, and then agrees to every later rewind while that message stays.
 */
export type RewindOutcome =
  /** `rewound`: the CLI has taken something out, rather than that there was nothing. */
  | { emptied: true; rewound: boolean }
  /** `refused`: the CLI has answered, and cannot do it; otherwise there was no answer. */
  | { emptied: false; refused: boolean; reason: string };

const rewindResponse = z.object({
  rewound: z.boolean(),
  /** `null` when nothing is left before the message; a uuid when something is (2.1.197). */
  precedingAssistantUuid: z.string().nullish(),
  error: z.string().nullish(),
});

/**
 * Takes the user messages of a turn out of the CLI's transcript, newest first as the CLI demands, whether the turn is
 * answered, running or failed. A running one is interrupted; lines that come before the answer are dropped. Never throws.
 */
export async function rewind(
  lines: PendingLines,
  messageUuids: readonly string[],
  timeoutMs = rewindTimeoutMs,
): Promise<RewindOutcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    let outcome: RewindOutcome = { emptied: true, rewound: false };
    for (const [index, uuid] of messageUuids.toReversed().entries()) {
      const isOldest = index === messageUuids.length - 1;
      outcome = parseRewind(await askToRewind(lines, uuid, signal), isOldest);
      if (!outcome.emptied) return outcome;
    }
    return outcome;
  } catch (error) {
    return {
      emptied: false,
      refused: false,
      reason: signal.aborted ? `no answer within ${timeoutMs} ms` : String(error),
    };
  }
}

async function askToRewind(lines: PendingLines, uuid: string, signal: AbortSignal): Promise<unknown> {
  const requestId = `rewind-${uuid}`;
  const request = { subtype: 'rewind_conversation', target_message_uuid: uuid, interrupt_if_running: true } as const;
  await lines.send([controlLine(requestId, request)], signal);
  for (;;) {
    const message = await lines.next(signal);
    if (message === undefined) throw new Error('the process ended');
    if (message.type === 'control_response' && message.response.request_id === requestId) {
      const { subtype, response, error = 'no reason given' } = message.response;
      return subtype === 'success' ? response : { rewound: false, error };
    }
  }
}

/** Strict: whatever is not known to mean that the message is gone, and the oldest one the first, means that it is not. */
export function parseRewind(response: unknown, isOldest: boolean): RewindOutcome {
  const parsed = rewindResponse.safeParse(response);
  if (!parsed.success) return refusal('an answer in an unknown form');
  const { rewound, precedingAssistantUuid, error } = parsed.data;
  if (!rewound) return refusal(error ?? 'no reason given');
  if (isOldest && precedingAssistantUuid !== null) return refusal('an earlier message is left');
  return { emptied: true, rewound: true };
}

function refusal(reason: string): RewindOutcome {
  return { emptied: false, refused: true, reason };
}
