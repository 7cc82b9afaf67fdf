import type { Cleanup } from './cleanup.ts';

/** Ends what was started, and the program, on Ctrl-C and SIGTERM; the function that it gives ends that. */
export function endOnSignal(cleanup: Cleanup): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    console.error(`${signal}: ending what was started`);
    void cleanup.run().finally(() => process.exit(1));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
}
