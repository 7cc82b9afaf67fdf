import type { Cleanup } from '../../test/support/cleanup.ts';

/**
 * Ends what was started, and the program, on Ctrl-C, on SIGTERM, and when the program itself breaks where nobody
 * catches it; the function that it gives ends that.
 */
export function endOnSignal(cleanup: Cleanup): () => void {
  let ending: Promise<void> | undefined;
  const end = (): void => {
    // A signal often comes twice, from the terminal and from whoever has started this program.
    ending ??= cleanup.run().finally(() => process.exit(1));
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    console.error(`${signal}: ending what was started`);
    end();
  };
  const onBreak = (error: Error): void => {
    console.error(error);
    end();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('uncaughtException', onBreak);
  return () => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('uncaughtException', onBreak);
  };
}
