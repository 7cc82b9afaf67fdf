import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createAgentEngine } from '../../../src/agent/engine.ts';
import type { AgentEngine, AgentEvent, AgentProcess, AgentSessionOptions } from '../../../src/core/agent-engine.ts';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { BehaviourSource } from '../../../src/stand-in/behaviour.ts';
import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { cliUnderTest } from '../cli-under-test.ts';
import { cheapModel } from '../service/sections.ts';
import { makeHome } from '../service/home.ts';
import { loginAt } from '../service/sections.ts';
import { started, type Stoppable } from '../started.ts';
import { plainProfile } from './profile.ts';

export interface Agents extends Stoppable {
  engine: AgentEngine;
  standIn: StandIn;
  home: string;
  workspace: string;
  profile: AgentProfile;
  /** What the engine has told the login and the plan's limits. */
  seen: string[];
  /** Opens a session, a new one by default. */
  open(options?: Partial<AgentSessionOptions>): Promise<OpenAgent>;
}

/** An engine of real CLI processes against a stand-in for the API, in a throw-away workspace. */
export function startAgents(
  behaviour: BehaviourSource = { kind: 'answer' },
  changes: Partial<AgentProfile> = {},
): Promise<Agents> {
  return started(async (cleanup) => {
    const home = makeHome(cleanup, 'agents-test-');
    const workspace = join(realpathSync(home), 'workspace');
    mkdirSync(workspace);
    const standIn = await startStandIn({ behaviour });
    cleanup.defer(() => standIn.stop());
    const profile = { ...profileIn(workspace), ...changes };
    const seen: string[] = [];
    const engine = createAgentEngine({
      locate: () => cliUnderTest,
      cliLogin: {
        auth: 'subscription',
        maxRetries: 1,
        extra: { ...loginAt(standIn.url), HOME: home, IS_SANDBOX: '1' },
        from: { PATH: process.env['PATH'] },
      },
      protectedPaths: [],
      makeTmpDir: () => mkdtempSync(join(home, 'tmp-')),
      startTimeoutMs: 30_000,
      login: {
        admit: () => Promise.resolve(),
        answered: () => void seen.push('answered'),
        refused: () => void seen.push('refused'),
        returns: 0,
      },
      planLimits: { admit: () => undefined, note: () => void seen.push('limit'), answered: () => undefined },
    });
    cleanup.defer(() => engine.stop());
    const open = async (options: Partial<AgentSessionOptions> = {}): Promise<OpenAgent> => {
      const session = {
        ...{ profile, transcript: randomUUID(), resume: false, customTools: [], systemMessages: [] },
        ...options,
      };
      return new OpenAgent(session.transcript, await engine.open(session));
    };
    return { engine, standIn, home, workspace, profile, seen, open };
  });
}

/** What is allowed in part is for the CLI to ask about, and can be allowed for a session. */
const rules: AgentProfile['permissions']['rules'] = [
  { tool: 'bash', pattern: 'ls', policy: 'always_allow' },
  { tool: 'write', pattern: 'elsewhere', policy: 'always_allow' },
  { tool: 'edit', pattern: 'elsewhere', policy: 'always_allow' },
  { tool: 'read', policy: 'always_allow' },
  { tool: 'task', policy: 'always_allow' },
];

function profileIn(workspace: string): AgentProfile {
  return {
    ...plainProfile,
    model: cheapModel,
    workspaces: [{ path: workspace, mode: 'rw' }],
    tools: [...plainProfile.tools, 'task'],
    permissions: { default: 'always_ask', rules },
    sandbox: { use: 'off', allowedHosts: [], denyRead: [] },
    maxTurns: 20,
  };
}

type Of<Type extends AgentEvent['type']> = Extract<AgentEvent, { type: Type }>;

/** A process whose events are read as they come. */
export class OpenAgent {
  readonly transcript: string;
  readonly process: AgentProcess;
  /** All that have come. */
  readonly events: AgentEvent[] = [];
  /** Settles when the events have ended, with what was thrown. */
  readonly ended: Promise<unknown>;
  #next = 0;
  #wake: () => void = () => undefined;
  #isOver = false;

  constructor(transcript: string, process: AgentProcess) {
    this.transcript = transcript;
    this.process = process;
    this.ended = this.#read();
  }

  say(text: string): Promise<void> {
    return this.process.send([{ type: 'text', text }]);
  }

  /** The next event of a type, after the one that was waited for last. */
  async next<Type extends AgentEvent['type']>(type: Type): Promise<Of<Type>> {
    for (;;) {
      while (this.#next < this.events.length) {
        const event = this.events[this.#next++];
        if (event?.type === type) return event as Of<Type>;
      }
      if (this.#isOver) throw new Error(`no ${type} came; ${JSON.stringify(this.events.slice(-5))}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Runs a turn in which nobody is asked, and gives its events. */
  async turn(text: string): Promise<AgentEvent[]> {
    const first = this.events.length;
    await this.say(text);
    await this.next('turn_ended');
    return this.events.slice(first);
  }

  async #read(): Promise<unknown> {
    try {
      for await (const event of this.process.events) {
        this.events.push(event);
        this.#wake();
      }
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.#isOver = true;
      this.#wake();
    }
  }
}
