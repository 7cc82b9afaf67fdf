import { setTimeout as sleep } from 'node:timers/promises';

export interface Step<Sample> {
  /** Gives a sample. */
  run: () => Promise<Sample>;
  samples: Sample[];
}

export interface PaceOptions {
  rounds: number;
  /** From the start of one step to that of the next. */
  everyMs: number;
  /** Settles when nothing of an earlier step is at work any more. */
  quiet: () => Promise<void>;
}

/** Just before the next step, so that asking the harness is no steady load on it. */
const lookBeforeMs = 100;

/** Runs the steps in turns, so that the noise of the machine hits them all alike, each with the machine to itself. */
export async function runPaced<Sample>(
  steps: readonly Step<Sample>[],
  { rounds, everyMs, quiet }: PaceOptions,
): Promise<void> {
  let dueAt = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const step of steps) {
      await sleep(dueAt - lookBeforeMs - performance.now());
      await quiet();
      await sleep(Math.max(lookBeforeMs, dueAt - performance.now()));
      dueAt = performance.now() + everyMs;
      step.samples.push(await step.run());
    }
  }
}
