import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AgentLaunch, agentLaunch } from '../../../src/agent/launch.ts';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { ProtectedPath } from '../../../src/core/protected-paths.ts';
import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { makeHome } from '../service/home.ts';
import { started, type Stoppable } from '../started.ts';
import { type Decide, driveAgent, type DrivenAgent } from './drive.ts';
import { plainProfile } from './profile.ts';

export const madeUpApiKey = 'sk-ant-api03-made-up-key';
export const madeUpSecret = 'made-up-secret-of-the-operator';

interface RunOptions {
  /** Denies by default. */
  decide?: Decide;
  /** Goes on from this transcript. */
  resume?: string;
  transcript?: string;
}

/** Folders around agents: their workspaces, and what is none of their business. */
interface Lab {
  root: string;
  home: string;
  /** The service's own. */
  state: string;
  /** Read and write. */
  work: string;
  /** Only read. */
  library: string;
  /** No workspace, and not protected. */
  outside: string;
  standIn: StandIn;
  /** Makes a file and the folders that it is in. */
  write(path: string, content: string | object): string;
  profile(changes?: Partial<AgentProfile>): AgentProfile;
  launch(profile: AgentProfile, options?: RunOptions): AgentLaunch;
  /** Starts the real CLI as this agent, and gives it what its launch says. */
  run(changes?: Partial<AgentProfile>, options?: RunOptions): Promise<DrivenAgent>;
}

export type AgentLab = Lab & Stoppable;

export async function startAgentLab(): Promise<AgentLab> {
  return started(async (cleanup): Promise<Lab> => {
    const root = realpathSync(makeHome(cleanup, 'agent-lab-'));
    const [home, state, work, library, outside] = ['home', 'state', 'work', 'library', 'outside'].map((name) =>
      makeFolder(join(root, name)),
    ) as [string, string, string, string, string];
    const standIn = await startStandIn();
    cleanup.defer(() => standIn.stop());
    const protectedPaths: ProtectedPath[] = [
      { path: home, what: 'the home folder', within: false },
      { path: join(home, '.claude'), what: "the folder of the claude program's login", within: true },
      { path: state, what: "the service's state folder", within: true },
    ];
    let processes = 0;
    const lab: Lab = {
      ...{ root, home, state, work, library, outside, standIn },
      write(path, content) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
        return path;
      },
      profile: (changes = {}) => ({
        ...plainProfile,
        workspaces: [
          { path: work, mode: 'rw' },
          { path: library, mode: 'ro' },
        ],
        permissions: { default: 'always_allow', rules: [] },
        maxTurns: 200,
        ...changes,
      }),
      launch: (profile, { resume, transcript = randomUUID() } = {}) =>
        agentLaunch(profile, {
          transcript: resume ?? transcript,
          resume: resume !== undefined,
          login: {
            auth: 'api-key',
            maxRetries: 0,
            extra: { ANTHROPIC_BASE_URL: standIn.url, OPERATORS_SECRET: madeUpSecret },
            from: { HOME: home, PATH: process.env['PATH'], ANTHROPIC_API_KEY: madeUpApiKey },
          },
          protectedPaths,
          tmpDir: makeFolder(join(root, 'tmp', String(++processes))),
        }),
      async run(changes, options = {}) {
        const launch = lab.launch(lab.profile(changes), options);
        const { decide } = options;
        const agent = driveAgent(cleanup, { launch, standIn, ...(decide !== undefined && { decide }) });
        await agent.control({ subtype: 'initialize', ...launch.initialize });
        await agent.control({ subtype: 'mcp_set_servers', servers: launch.mcpServers });
        return agent;
      },
    };
    return lab;
  });
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
