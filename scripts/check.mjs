// Runs the checks that need no tests at the same time, since each keeps one processor busy: format, lint, layers, types.
// What one has to say comes in one piece, when it is done.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './run.mjs';

const checks = ['check:lint', 'check:types', 'check:format', 'check:layers'];
const codes = await Promise.all(checks.map(check));
process.exitCode = codes.every((code) => code === 0) ? 0 : 1;

async function check(name) {
  const child = spawn('npm', ['run', name], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const [code] = await once(child, 'close');
  process.stdout.write(output);
  return code;
}
