import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { agentLaunch } from '../../src/agent/launch.ts';
import type { AgentProfile } from '../../src/core/agent.ts';
import { terminate } from '../../src/process/terminate.ts';
import { plainProfile } from '../../test/support/agents/profile.ts';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { onLine } from '../../test/support/on-line.ts';
import { cliDelta } from './deltas.ts';
import { model, type Lab } from './lab.ts';

/** An agent's CLI without the harness, started with what the harness gives it, and initialised ahead. */
export class AgentCli {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;
  /** What is called with each line that it prints. */
  #onLine: (line: string) => void = () => undefined;

  private constructor(lab: Lab, profile: AgentProfile) {
    const from = { PATH: process.env['PATH'], HOME: lab.home };
    const { args, env, cwd } = agentLaunch(profile, {
      transcript: randomUUID(),
      resume: false,
      login: { auth: 'subscription', maxRetries: 2, extra: lab.claudeEnv, from },
      protectedPaths: [],
      tmpDir: lab.tmp,
    });
    this.#child = spawn(cliUnderTest, args, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    this.#exited = once(this.#child, 'exit');
    onLine(this.#child.stdout, (line) => {
      this.#onLine(line);
    });
    lab.cleanup.defer(() => terminate(this.#child, this.#exited));
  }

  /** With the tools and the folder that the bench gives the harness's agent. */
  static async start(lab: Lab, folder: string): Promise<AgentCli> {
    const cli = new AgentCli(lab, profileOf(folder));
    await cli.#until('"type":"control_response"', () => {
      cli.#write({ type: 'control_request', request_id: 'init', request: { subtype: 'initialize' } });
    });
    return cli;
  }

  /** Milliseconds from a message to the first text of its answer; settles when the turn is over. */
  async timeTurn(text: string): Promise<number> {
    const askedAt = performance.now();
    let firstAt: number | undefined;
    await this.#until(
      '"type":"result"',
      () => {
        this.#write({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] } });
      },
      (line) => {
        if (firstAt === undefined && cliDelta(line)) firstAt = performance.now();
      },
    );
    if (firstAt === undefined) throw new Error('the CLI ended its turn without a text');
    return firstAt - askedAt;
  }

  async #until(text: string, begin: () => void, look: (line: string) => void = () => undefined): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#onLine = (line) => {
        look(line);
        if (line.includes(text)) resolve();
      };
    });
    begin();
    const ended = this.#exited.then(() => {
      throw new Error('the CLI ended');
    });
    await Promise.race([seen, ended]);
  }

  #write(line: object): void {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
  }
}

function profileOf(folder: string): AgentProfile {
  return {
    ...plainProfile,
    model,
    workspaces: [{ path: folder, mode: 'rw' }],
    tools: ['bash', 'read'],
    permissions: { default: 'always_allow', rules: [] },
    sandbox: { use: 'off', allowedHosts: [], denyRead: [] },
  };
}
