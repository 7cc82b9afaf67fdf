import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The real CLI that integration tests drive: the newest, which the development dependencies pin, or the oldest supported
 * one, which `npm run test:oldest-cli` names.
 */
export const cliUnderTest = process.env['CLAUDE_UNDER_TEST'] ?? pinnedCli();

/** Whether only what goes through the CLI is of interest: the rest runs beside the pinned one. */
export const isOtherCli = process.env['CLAUDE_UNDER_TEST'] !== undefined;

function pinnedCli(): string {
  const require = createRequire(import.meta.url);
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'claude');
}
