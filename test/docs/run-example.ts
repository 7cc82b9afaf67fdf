import { execa } from 'execa';
import { expect, vi } from 'vitest';
import type { Example } from './examples.ts';
import { lackingIn } from './shown-answer.ts';

export interface Reader {
  /** Where the service is. */
  url: string;
  /** A throw-away folder to work in. */
  folder: string;
  /** Further variables of the shell. */
  variables: Record<string, string>;
}

/** A refused request fails the example; a line break ends each answer. */
const prelude = `
set -euo pipefail
curl() { command curl --fail-with-body --no-progress-meter --write-out '\\n' "$@"; }
`;

const patience = { timeout: 30_000, interval: 200 };

/**
 * Runs an example as a reader would, and gives what it printed. Rejects when a request is refused, or what the page shows
 * of the answer is missing. Two comments say what else to do: `# until FIELD is VALUE`, and `# until Ctrl-C` for streams
 * without an end.
 */
export async function runExample({ commands, answer }: Example, printed: string, reader: Reader): Promise<string> {
  const script = prelude + fillIn(commands, printed).replaceAll('http://127.0.0.1:8013', reader.url);
  const isComplete = (output: string): void => {
    expect(answer === undefined ? [] : lackingIn(output, answer), output).toEqual([]);
  };
  const until = /# until (?:Ctrl-C|(?<field>\w+) is (?<value>\w+))/.exec(commands);
  if (until === null) {
    const output = await run(script, reader);
    isComplete(output);
    return output;
  }
  const { field, value } = until.groups ?? {};
  if (field === undefined) return watch(script, reader, isComplete);
  return vi.waitFor(async () => {
    const output = await run(script, reader);
    expect(JSON.parse(output)).toMatchObject({ [field]: value });
    isComplete(output);
    return output;
  }, patience);
}

/** Puts ids that were printed in the place of those that a page shows, such as `job_…` or `job_0f…`: the last of each kind. */
function fillIn(commands: string, printed: string): string {
  return commands.replaceAll(/ # .*$/gm, '').replaceAll(/\b([a-z]+[-_])\w*…/g, (shown, kind: string) => {
    const ids = [...printed.matchAll(new RegExp(`"\\w*id": ?"(${kind}[\\w-]+)"`, 'g'))];
    const id = ids.at(-1)?.[1];
    if (id === undefined) throw new Error(`No example before this one has printed an id like ${shown}.`);
    return id;
  });
}

async function run(script: string, reader: Reader): Promise<string> {
  return (await start(script, reader)).stdout;
}

/** Ends it, like a reader, when all is there. */
async function watch(script: string, reader: Reader, isComplete: (output: string) => void): Promise<string> {
  const running = start(script, reader);
  let output = '';
  running.stdout.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  try {
    await vi.waitFor(() => {
      isComplete(output);
    }, patience);
    return output;
  } finally {
    // With what it has started, as a terminal does it.
    if (running.pid !== undefined && running.exitCode === null) process.kill(-running.pid, 'SIGINT');
    await running.catch(() => undefined);
  }
}

function start(script: string, { url, folder, variables }: Reader) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, HARNESS_URL: url, ...variables };
  return execa('bash', ['-c', script], {
    ...{ cwd: folder, env, extendEnv: false, stdin: 'ignore', detached: true, timeout: 30_000 },
  });
}
