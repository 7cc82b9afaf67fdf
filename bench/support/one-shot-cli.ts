import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chatArguments } from '../../src/cli/arguments.ts';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { cliDelta } from './deltas.ts';
import { endProcess } from '../../test/support/end-process.ts';
import { firstLine } from '../../test/support/first-line.ts';
import type { Timing } from './http-client.ts';
import { model, type Lab } from './lab.ts';
import type { Prompt } from './prompt.ts';

/**
 * Runs `claude -p "..."` with the harness's own flags, as programs do that start a process for each request. Gives the
 * milliseconds from the spawn to the first text delta, and to the end of the process.
 */
export async function timeOneShot(lab: Lab, { system, texts }: Prompt): Promise<Timing> {
  const spawnedAt = performance.now();
  const child = spawn(cliUnderTest, [...oneShotArguments(), '--system-prompt', system, texts.join('\n')], {
    cwd: lab.workspace,
    env: lab.cliEnv,
    // With an open standard input the CLI would wait for a prompt to come from there.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  lab.cleanup.defer(() => endProcess(child));
  const exited = once(child, 'exit');
  const firstAt = await firstLine(child, (line) => (cliDelta(line) ? performance.now() : undefined));
  await exited;
  return { firstMs: firstAt - spawnedAt, totalMs: performance.now() - spawnedAt };
}

/** The harness's, with the prompt on the command line instead of JSON on standard input. */
function oneShotArguments(): string[] {
  const args = chatArguments(model);
  args.splice(args.indexOf('--input-format'), 2);
  return args;
}
