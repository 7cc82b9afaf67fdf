import { rm } from 'node:fs/promises';
import type { Login } from '../admission/login.ts';
import { chatArguments } from '../cli/arguments.ts';
import type { Installation } from '../cli/installation.ts';
import { runCommand } from '../cli/owner/run-command.ts';
import { BrowserSignIn } from '../cli/owner/sign-in.ts';
import type { Pool } from '../cli/pool/pool.ts';
import { HarnessError } from '../core/errors.ts';
import type { OwnerControls } from '../core/owner-controls.ts';
import { spawnCli, type CliProcess } from '../process/cli-process.ts';
import { givenLogin } from '../process/environment.ts';
import type { ProcessFolders } from '../process/process-folders.ts';
import { runCli } from '../process/run-cli.ts';

export interface OwnerControlsParts {
  installation: Installation;
  folders: ProcessFolders;
  login: Login;
  pool: Pool;
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  /** Any will do: nothing is asked of it. */
  model: string;
  /** Aborts when the backend stops. */
  signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** What the owner can ask for beside turns; `stop` leaves no process behind. */
export function createOwnerControls(parts: OwnerControlsParts): OwnerControls & { stop(): Promise<void> } {
  const { installation, folders, login, pool, env, signal, now } = parts;
  const signIn = new BrowserSignIn({ launch: () => launch(parts), onSignedIn: () => void login.changed(), now });
  return {
    async authStatus() {
      const status = await installation.loginStatus(env);
      return { state: status.state, ...(status.method !== undefined && { method: status.method }) };
    },
    remedy: login.remedy,
    canSignIn: givenLogin(env) === undefined,
    signIn,
    async signOut() {
      await signIn.cancel();
      const { exitCode, stdout } = await runCli(installation.path(), ['auth', 'logout'], { ...env }, signal);
      await login.changed();
      if (exitCode !== 0)
        throw new HarnessError('CLI_FAILED', `The claude CLI did not log out (${stdout.slice(0, 200)}).`);
    },
    async run(command, timeoutMs) {
      const path = installation.path();
      const { workspace: cwd, tmpDir } = folders.prepare();
      try {
        return await runCommand(command, { path, cwd, env: { ...env, TMPDIR: tmpDir }, timeoutMs, signal });
      } finally {
        await rm(tmpDir, { recursive: true, force: true });
      }
    },
    processes: () => pool.processes(),
    stop: () => signIn.cancel(),
  };
}

/** A process of its own: one that answers chats would have been started without the login. */
function launch({ installation, folders, login, env, model }: OwnerControlsParts): {
  cli: CliProcess;
  remove: () => Promise<void>;
} {
  const given = givenLogin(env);
  if (given !== undefined) {
    const message = `The claude CLI gets its login from ${given}, which a sign-in would not change: ${login.remedy}.`;
    throw new HarnessError('SWITCHED_OFF', message);
  }
  const path = installation.path();
  const { workspace: cwd, tmpDir } = folders.prepare();
  const cli = spawnCli({ path, args: chatArguments(model), env: { ...env, TMPDIR: tmpDir }, cwd });
  return { cli, remove: () => rm(tmpDir, { recursive: true, force: true }) };
}
