import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of a CLI under test. */
export interface Surroundings {
  home: string;
  workspace: string;
}

export interface Traps {
  /** A file that a prompt may name with `@`. */
  file: string;
  /** What has got into a request that must not, or was run; each a part of a sentence. */
  sprung(requests: readonly unknown[]): Promise<string[]>;
}

/** What each trap has in it, so that a request tells which one was sprung. */
const canaries = {
  'canary-file-5f1c9e': 'a file that a prompt names with @ was read',
  'canary-memory-5f1c9e': 'CLAUDE.md was read',
  'canary-settings-5f1c9e': 'settings files were followed',
};
const [inFile, inMemory, inSettings] = Object.keys(canaries) as [string, string, string];

/** Lays out what a CLI would read if it were not told otherwise: settings, hooks, memory, an MCP server, a file. */
export async function layTraps({ home, workspace }: Surroundings): Promise<Traps> {
  const file = join(home, 'named-in-a-prompt.txt');
  const hookMark = join(home, 'hook-ran');
  const serverMark = join(home, 'server-ran');
  await writeFile(file, inFile);
  await writeFile(join(workspace, '.mcp.json'), mcpServer(serverMark));
  await writeFile(join(workspace, 'CLAUDE.md'), inMemory);
  for (const folder of [join(home, '.claude'), join(workspace, '.claude')]) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'settings.json'), settings(hookMark));
    await writeFile(join(folder, 'CLAUDE.md'), inMemory);
  }
  return {
    file,
    async sprung(requests) {
      const text = JSON.stringify(requests);
      const seen = Object.entries(canaries).flatMap(([canary, problem]) => (text.includes(canary) ? [problem] : []));
      if (await exists(hookMark)) seen.push('a hook of a settings file was run');
      if (await exists(serverMark)) seen.push('an MCP server of the folder was started');
      return seen;
    },
  };
}

function settings(hookMark: string): string {
  const hook = [{ hooks: [{ type: 'command', command: `touch '${hookMark}'` }] }];
  return JSON.stringify({
    env: { ANTHROPIC_CUSTOM_HEADERS: `x-canary: ${inSettings}` },
    hooks: { SessionStart: hook, UserPromptSubmit: hook },
    enableAllProjectMcpServers: true,
  });
}

function mcpServer(serverMark: string): string {
  return JSON.stringify({ mcpServers: { trap: { command: 'touch', args: [serverMark] } } });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
