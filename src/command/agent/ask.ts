import { on } from 'node:events';
import { createInterface } from 'node:readline';
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
  const lines = createInterface({ input, output, prompt: 'Allow it? y(es), n(o), a(lways in this session) ' });
  try {
    output.write(`\n${description}\n`);
    lines.prompt();
    for await (const [typed] of on(lines, 'line', { signal, close: ['close'] })) {
      const answer = answers[String(typed).trim().toLowerCase()];
      if (answer !== undefined) return answer;
      lines.prompt();
    }
    return undefined;
  } catch (error) {
    if (!signal.aborted) throw error;
    output.write('\n(answered elsewhere)\n');
    return undefined;
  } finally {
    lines.close();
  }
}
