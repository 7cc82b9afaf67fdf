import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

export type Answer = 'yes' | 'no' | 'always';

export interface Terminal {
  input: Readable & { isTTY?: boolean };
  output: Writable;
}

const answers: Readonly<Record<string, Answer>> = {
  y: 'yes',
  yes: 'yes',
  n: 'no',
  no: 'no',
  a: 'always',
  always: 'always',
};

/**
 * Asks until there is an answer. `undefined` when `signal` aborts, since somebody else has answered, or when the input
 * has ended, which is no answer either.
 */
export async function askPermission(
  description: string,
  { input, output }: Terminal,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const lines = createInterface({ input, output });
  try {
    output.write(`\n${description}\n`);
    for (;;) {
      const ended = new Promise<undefined>((resolve) =>
        lines.once('close', () => {
          resolve(undefined);
        }),
      );
      const typed = await Promise.race([
        lines.question('Allow it? y(es), n(o), a(lways in this session) ', { signal }),
        ended,
      ]);
      if (typed === undefined) return undefined;
      const answer = answers[typed.trim().toLowerCase()];
      if (answer !== undefined) return answer;
    }
  } catch (error) {
    if (signal.aborted) {
      output.write('\n(answered elsewhere)\n');
      return undefined;
    }
    throw error;
  } finally {
    lines.close();
  }
}
