import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startStandIn } from '../../../src/stand-in/stand-in.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import type { Cleanup } from '../cleanup.ts';
import { endProcess } from '../end-process.ts';
import { onLine } from '../on-line.ts';
import { builtProgram } from './built-program.ts';
import { endProcessesOf } from './home.ts';
import { configFileFor, type FileSections } from './sections.ts';

export const token = 'ch_made_up';

export interface PublicService {
  child: ChildProcess;
  /** What it has logged. */
  lines: string[];
  /** What the first group of `pattern` matches in the last line that has it. */
  found: (pattern: RegExp) => string | undefined;
}

/** Starts the built program with a tunnel; one of its clients has the token. */
export async function startPublicService(
  cleanup: Cleanup,
  { home, tunnel, path }: { home: string; tunnel: FileSections['tunnel']; path: string },
): Promise<PublicService> {
  const standIn = await startStandIn();
  cleanup.defer(() => standIn.stop());
  const config = join(home, 'harness.yaml');
  const sections = { server: { tokens: [{ hash: hashToken(token), role: 'owner' as const }] }, tunnel };
  writeFileSync(config, configFileFor({ home, apiUrl: standIn.url }, sections));
  const { file, args, env } = builtProgram(['serve', '--config', config], { home, variables: { PATH: path } });
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanup.defer(() => endProcessesOf(home));
  cleanup.defer(() => endProcess(child));
  const lines: string[] = [];
  onLine(child.stdout, (line) => lines.push(line));
  return { child, lines, found: (pattern) => lines.flatMap((line) => pattern.exec(line)?.[1] ?? []).at(-1) };
}
