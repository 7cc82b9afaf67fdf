import { toHarnessError, type HarnessError } from '../core/errors.ts';
import type { TurnEvent } from '../core/turn-event.ts';

export interface ChoicesOptions {
  count: number;
  /** Begins the turn of one choice. */
  run: (choice: number) => AsyncIterable<TurnEvent>;
  /** Awaited before the choice's next event is asked for. */
  onEvent: (event: TurnEvent, choice: number) => Promise<void> | void;
}

/**
 * Runs the turns of all choices side by side. Gives what the failed ones failed with; throws the first of it when all
 * have failed.
 */
export async function runChoices({ count, run, onEvent }: ChoicesOptions): Promise<HarnessError[]> {
  const turns = Array.from({ length: count }, async (_, choice) => {
    for await (const event of run(choice)) await onEvent(event, choice);
  });
  const outcomes = await Promise.allSettled(turns);
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [toHarnessError(outcome.reason)] : [],
  );
  const [first] = failures;
  if (first !== undefined && failures.length === count) throw first;
  return failures;
}
