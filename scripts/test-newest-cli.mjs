// Runs the integration tests on the newest claude CLI of the registry instead of the pinned one. It is installed into
// node_modules/.cache, so that neither package.json nor the lock file notices.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}/node_modules/.cache/newest-claude-cli`;
const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;

mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
// The platform's own package holds the native binary: no install script is needed, and no particular Node.
run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${name}@latest`]);
const { version } = JSON.parse(readFileSync(`${folder}/node_modules/${name}/package.json`, 'utf8'));
console.log(`integration tests on claude ${version}`);
run('npm', ['run', '--silent', 'build']);
run('npx', ['vitest', 'run', '--project', 'integration', ...process.argv.slice(2)], {
  CLAUDE_UNDER_TEST: `${folder}/node_modules/${name}/claude`,
});

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}
