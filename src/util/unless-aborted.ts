/** Awaits `promise`; if `signal` aborts first, runs `onAbort` and throws the signal's reason. */
export async function unlessAborted(promise: Promise<void>, signal: AbortSignal, onAbort: () => void): Promise<void> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      onAbort();
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
