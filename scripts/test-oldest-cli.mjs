// Runs the tests that drive the real CLI on the oldest version that is supported instead of the newest, which the
// development dependencies pin. It is installed into node_modules/.cache, so that neither package.json nor the lock
// file notices.
import { mkdirSync, writeFileSync } from 'node:fs';
import { root, run } from './run.mjs';

const oldestVersion = '2.1.197';
const folder = `${root}/node_modules/.cache/oldest-claude-cli`;
const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
const onRealCli = ['test/integration', 'test/conformance', 'test/faults/real-cli', 'test/endurance'];
const args = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
// The platform's own package holds the native binary: no install script is needed, and no particular Node.
run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@${oldestVersion}`]);
console.log(`tests on claude ${oldestVersion}`);
run('npm', ['run', '--silent', 'build']);
run('npx', ['vitest', 'run', ...(args.length > 0 ? args : onRealCli)], {
  env: { ...(args.length === 0 && { ONLY_OF_CLI: '1' }), CLAUDE_UNDER_TEST: `${folder}/node_modules/${name}/claude` },
});
