import { vi } from 'vitest';

/** Waits until an assertion holds, for longer than even a busy machine should need. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, { timeout: 5000, interval: 10 });
}
