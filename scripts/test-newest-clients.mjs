// Runs the conformance tests with the newest versions of the client libraries, some of which want a newer Node than the
// one that the package supports. Both are installed into a throw-away copy of the package.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root, run } from './run.mjs';

const nodeMajor = 24;
const clients = [
  '@ai-sdk/anthropic',
  '@ai-sdk/openai-compatible',
  '@anthropic-ai/sdk',
  '@langchain/anthropic',
  '@langchain/core',
  '@langchain/openai',
  '@openai/agents',
  'ai',
  'openai',
];
// The platform's own package of npm's `node` holds the binary, so no install script is needed.
const node = `node-${process.platform}-${process.arch}`;

const folder = mkdtempSync(join(tmpdir(), 'newest-clients-'));
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
for (const name of [
  'package.json',
  'package-lock.json',
  '.npmrc',
  'vitest.config.ts',
  'README.md',
  'docs',
  'src',
  'test',
]) {
  const filter = (path) => basename(path) !== 'node_modules';
  cpSync(join(root, name), join(folder, name), { recursive: true, filter });
}
const newest = clients.map((name) => `${name}@latest`);
run('npm', ['install', '--no-save', '--no-audit', '--no-fund', `${node}@${nodeMajor}`, ...newest], { cwd: folder });
const versions = [node, ...clients].map((name) => `${name} ${versionOf(name)}`);
console.log(`conformance tests with ${versions.join(', ')}`);
const args = process.argv.slice(2);
const program = join(folder, 'node_modules', node, 'bin/node');
run(program, ['node_modules/vitest/vitest.mjs', 'run', ...(args.length > 0 ? args : filesOf(clients))], {
  cwd: folder,
});

function versionOf(name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** The tests that use one of the clients, themselves or through what they import from beside them. */
function filesOf(names) {
  const conformance = join(root, 'test/conformance');
  const texts = new Map(readdirSync(conformance).map((file) => [file, readFileSync(join(conformance, file), 'utf8')]));
  const uses = (text) =>
    names.some((name) => new RegExp(`from '${name}['/]`).test(text)) ||
    [...text.matchAll(/from '\.\/([^']+)'/g)].some(([, file]) => texts.has(file) && uses(texts.get(file)));
  return [...texts]
    .filter(([file, text]) => file.endsWith('.test.ts') && uses(text))
    .map(([file]) => join('test/conformance', file));
}
