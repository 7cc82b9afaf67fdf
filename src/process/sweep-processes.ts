import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

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

interface RunningProcess {
  pid: number;
  parent: number;
  session: number;
}

function findMarked({ marker, spareSession }: SweepOptions): number[] {
  const processes = list();
  const entry = `${markerVariable}=${marker}\0`;
  const marked = new Set(processes.filter(({ pid }) => hasEntry(pid, entry)).map(({ pid }) => pid));
  for (let before = -1; before !== marked.size;) {
    before = marked.size;
    for (const { pid, parent } of processes) if (marked.has(parent)) marked.add(pid);
  }
  return processes.filter(({ pid, session }) => marked.has(pid) && session !== spareSession).map(({ pid }) => pid);
}

function list(): RunningProcess[] {
  return read(() => readdirSync('/proc'), []).flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(() => readFileSync(`/proc/${name}/stat`, 'utf8'), '');
    // The name of the program, in brackets, may contain anything.
    const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === undefined || state === '' || state === 'Z' || state === 'X') return [];
    return [{ pid: Number(name), parent: Number(parent), session: Number(session) }];
  });
}

function hasEntry(pid: number, entry: string): boolean {
  return read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'), '').includes(entry);
}

/** A process may end at any moment, and those of other users are none of ours. */
function read<T>(from: () => T, otherwise: T): T {
  try {
    return from();
  } catch {
    return otherwise;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
