/** Does synchronous work at once and gives its outcome as a promise: what it throws becomes a rejection. */
export function promised<Value>(work: () => Value): Promise<Value> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
