import { Cleanup } from './cleanup.ts';

export interface Stoppable {
  /** Ends it, and whatever belongs to it. */
  stop: () => Promise<void>;
}

/** What has been started and not stopped. */
const running = new Set<Cleanup>();

/**
 * Starts something that a test stops. When the start fails half-way, what was started of it is ended; what the test
 * does not come to stop is ended after its file, by `end-what-is-left.ts`.
 */
export async function started<Parts extends object>(
  start: (cleanup: Cleanup) => Promise<Parts>,
): Promise<Parts & Stoppable> {
  const cleanup = new Cleanup();
  running.add(cleanup);
  const stop = async (): Promise<void> => {
    await cleanup.run();
    running.delete(cleanup);
  };
  try {
    return { ...(await start(cleanup)), stop };
  } catch (error) {
    // The reason why it did not start says more than what fails on the way back.
    await stop().catch(() => undefined);
    throw error;
  }
}

/** Ends what nobody has stopped. */
export async function endWhatIsLeft(): Promise<void> {
  const left = [...running];
  running.clear();
  await Promise.all(left.map((cleanup) => cleanup.run()));
}
