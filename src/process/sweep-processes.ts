import { setTimeout } from 'node:timers/promises';
import { hasInEnvironment, listProcesses } from './process-list.ts';

/** In the environment of an agent's process and of all that it starts. */
export const markerVariable = 'CLAUDE_HARNESS_AGENT';

const rounds = 50;
const pauseMs = 10;

export interface SweepOptions {
  /** The value of `markerVariable`; nobody else's processes have it. */
  marker: string;
  /** Processes of this session are spared: the CLI's own, to which its MCP servers belong, but no command of its tools. */
  spareSession?: number | undefined;
}

/**
 * Kills all processes that carry a marker, and their descendants, until none is found. The CLI starts each command in a
 * session and process group of its own, so a signal to its group reaches none of them, and `setsid` outlives even its
 * orderly end. A process that clears its environment and leaves its parent escapes; only a cgroup holds that one. Where
 * there is no `/proc`, nothing is found.
 */
export async function sweepProcesses(options: SweepOptions): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const found = findMarked(options);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await setTimeout(pauseMs);
  }
}

function findMarked({ marker, spareSession }: SweepOptions): number[] {
  const processes = listProcesses();
  const entry = `${markerVariable}=${marker}`;
  const marked = new Set(processes.filter(({ pid }) => hasInEnvironment(pid, entry)).map(({ pid }) => pid));
  for (let before = -1; before !== marked.size;) {
    before = marked.size;
    for (const { pid, parent } of processes) if (marked.has(parent)) marked.add(pid);
  }
  return processes.filter(({ pid, session }) => marked.has(pid) && session !== spareSession).map(({ pid }) => pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
