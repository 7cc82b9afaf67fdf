import { execa } from 'execa';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeHome, makeTmp, processesOf } from '../../support/service/home.ts';
import { started, type Stoppable } from '../../support/started.ts';

/** A user of client programs: a home and a folder to work in, both thrown away at the end. */
export interface Client extends Stoppable {
  home: string;
  /** Writes a file of the home. */
  write: (path: string, text: string) => void;
  /** Reads a file of the folder. */
  read: (path: string) => string;
  /** Runs a program in the folder to its end, and gives what it printed. Rejects when it fails or takes too long. */
  run: (program: string, args: readonly string[], variables?: Record<string, string>) => Promise<string>;
  /** Starts a program that runs until the client is stopped. */
  start: (program: string, args: readonly string[]) => void;
}

const timeoutMs = 150_000;

/** Where nobody listens: whatever a client wants of the world outside fails at once. */
const nowhere = 'http://127.0.0.1:9';
const loopbackOnly = {
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  NO_PROXY: '127.0.0.1,localhost',
  NODE_USE_ENV_PROXY: '1',
  npm_config_registry: nowhere,
};

/** Ends every process that has the client's home, however far it has gone from the one that was started. */
export async function startClient(): Promise<Client> {
  return started<Omit<Client, 'stop'>>((cleanup) => {
    const home = makeHome(cleanup, 'client-test-');
    cleanup.defer(() => {
      for (const pid of processesOf(home)) kill(pid);
    });
    const folder = join(home, 'project');
    mkdirSync(folder);
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, TMPDIR: makeTmp(home), ...loopbackOnly };
    const options = { cwd: folder, extendEnv: false, stdin: 'ignore' } as const;
    return Promise.resolve({
      home,
      write(path, text) {
        mkdirSync(dirname(join(home, path)), { recursive: true });
        writeFileSync(join(home, path), text);
      },
      read: (path) => readFileSync(join(folder, path), 'utf8'),
      async run(program, args, variables = {}) {
        const child = execa(program, args, { ...options, env: { ...env, ...variables }, timeout: timeoutMs });
        return (await child).stdout;
      },
      start(program, args) {
        // How it ends, which is by a signal, is of no interest.
        void execa(program, args, { ...options, env, reject: false, stdout: 'ignore', stderr: 'ignore' });
      },
    });
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It may have ended by itself since it was listed.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
