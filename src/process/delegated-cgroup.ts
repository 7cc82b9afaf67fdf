import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a group may use; without a figure as much as all of them together. */
export interface CgroupLimits {
  memoryBytes?: number;
  /** Processes and threads. */
  tasks?: number;
}

/** Programs that end together, with all that they have started, however it was detached. */
export interface ProcessCgroup {
  /** Takes in a process that has just been started; what it starts from then on belongs to it too. */
  add(pid: number): void;
  /** Kills what is in it, and removes it; settles when all of it is gone. */
  end(): Promise<void>;
}

/** Of a unit with `Delegate=yes`: the part of the cgroup tree that is the service's own. */
export interface DelegatedCgroup {
  /** Makes a group of this name, which no other has at the time. */
  create(name: string, limits: CgroupLimits): ProcessCgroup;
}

const mountPoint = '/sys/fs/cgroup';
const ownLeaf = 'service';
const pollMs = 20;

/**
 * Takes over the cgroup that this process was started in: moves it into a leaf, since only leaves may have processes once
 * there are controllers. Throws where the cgroup is not its own to change.
 */
export function takeDelegatedCgroup(): DelegatedCgroup {
  const path = ownCgroup();
  mkdirSync(join(path, ownLeaf), { recursive: true });
  writeFileSync(join(path, ownLeaf, 'cgroup.procs'), String(process.pid));
  const controllers = controllersOf(path);
  writeFileSync(join(path, 'cgroup.subtree_control'), controllers.map((name) => `+${name}`).join(' '));
  return {
    create: (name, limits) => createGroup(join(path, `agent-${name}`), limits),
  };
}

/** Of those that limits need, what the kernel offers here. */
function controllersOf(path: string): string[] {
  const offered = readFileSync(join(path, 'cgroup.controllers'), 'utf8').trim().split(' ');
  return ['memory', 'pids'].filter((name) => offered.includes(name));
}

/** The second version alone has one tree, the line that starts with `0::`. */
function ownCgroup(): string {
  const own = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  if (own === undefined) throw new Error('this system has no cgroups of the second version');
  return join(mountPoint, own.endsWith(`/${ownLeaf}`) ? own.slice(0, -ownLeaf.length) : own);
}

function createGroup(path: string, { memoryBytes, tasks }: CgroupLimits): ProcessCgroup {
  mkdirSync(path, { recursive: true });
  setLimit(join(path, 'memory.max'), memoryBytes);
  setLimit(join(path, 'pids.max'), tasks);
  let ending: Promise<void> | undefined;
  return {
    add(pid) {
      try {
        writeFileSync(join(path, 'cgroup.procs'), String(pid));
      } catch (error) {
        // It has ended already.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    },
    end: () => (ending ??= endGroup(path)),
  };
}

/** Without its controller there is no file to write to. */
function setLimit(file: string, limit: number | undefined): void {
  if (limit !== undefined && existsSync(file)) writeFileSync(file, String(limit));
}

/** A killed process is in its group until it is gone. */
async function endGroup(path: string): Promise<void> {
  writeFileSync(join(path, 'cgroup.kill'), '1');
  while (/^populated 1$/m.test(readFileSync(join(path, 'cgroup.events'), 'utf8'))) await sleep(pollMs);
  rmdirSync(path);
}
