import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownEnvironment } from '../process/environment.ts';
import { startProgram, type Program } from '../process/start-program.ts';
import { packageFolder } from '../util/package-folder.ts';
import { ClientError } from './error.ts';
import { RemoteHarness } from './remote.ts';
import type { StartOptions } from './types.ts';

/** How much of what a service says that does not start is passed on. */
const maxLines = 20;

/** A service of its own, which ends with `close`, and with this program. */
export class LocalHarness extends RemoteHarness {
  readonly #program: Program;

  private constructor(url: string, program: Program) {
    super(url, undefined);
    this.#program = program;
  }

  /** Starts it on a free port of this machine. */
  static async start({ config, set = {}, env = {} }: StartOptions): Promise<LocalHarness> {
    const program = startProgram({
      path: process.execPath,
      args: [
        join(packageFolder, 'dist/main.js'),
        ...['serve', '--host', '127.0.0.1', '--port', '0', '--until-input-ends', '--tunnel', 'none'],
        ...(config === undefined ? [] : ['--config', config]),
        ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
        // The log says where it listens, whatever else the configuration keeps out of it.
        ...['--set', 'logging.level=info'],
      ],
      env: { ...defined(ownEnvironment()), ...env },
    });
    return new LocalHarness(await addressOf(program), program);
  }

  override async close(): Promise<void> {
    this.#program.stdin.end();
    await this.#program.exited;
  }
}

/** Its log says where it listens, or why it does not. What it says afterwards is read and dropped. */
async function addressOf({ stdout, stderr, exited }: Program): Promise<string> {
  const lines: string[] = [];
  const address = new Promise<string>((resolve) => {
    for (const input of [stdout, stderr]) {
      createInterface({ input }).on('line', (line) => {
        const found = /listening on (http:[^\s"]+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
        else if (lines.length < maxLines) lines.push(line);
      });
    }
  });
  const ended = exited.then((exit) => {
    const cause = exit.kind === 'not_started' ? { cause: exit.error } : {};
    throw new ClientError(['The service ended when it was started.', ...lines].join('\n'), cause);
  });
  return Promise.race([address, ended]);
}

function defined(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
