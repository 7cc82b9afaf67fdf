import { onAbort } from './on-abort.ts';

/** Awaits `promise` unless `signal` aborts first; then `cleanUp` runs and the signal's reason is thrown. */
export async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
  cleanUp?: () => void,
): Promise<Value> {
  let stopListening: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stopListening = onAbort(signal, () => {
      cleanUp?.();
      reject(signal.reason as Error);
    });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening?.();
  }
}
