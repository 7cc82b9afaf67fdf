import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readLogCommand } from '../../src/command/read-log.ts';

async function read(text: string): Promise<string> {
  let out = '';
  await readLogCommand(Readable.from([text]), (more) => {
    out += more;
  });
  return out;
}

it('shows a line of the log with the time and the message first', async () => {
  const line = { level: 'info', message: 'turn', timestamp: '2026-11-29T02:20:22.404Z', status: 200, model: 'a b' };
  expect(await read(`${JSON.stringify(line)}\n`)).toMatch(
    /^2026-11-29 \d\d:20:22 info {2}turn status=200 model="a b"\n$/,
  );
});

it('shows a line as the journal prints it without what the line says itself', async () => {
  const line = { level: 'warn', message: 'slow', timestamp: '2026-11-29T02:20:22.404Z' };
  expect(await read(`2026-11-29T02:20:22+0000 node[12]: ${JSON.stringify(line)}\n`)).toMatch(
    /^2026-11-29 [\d:]+ warn {2}slow\n$/,
  );
});

it('shows a stack trace below its message', async () => {
  const line = {
    error: 'Error: no\n    at x',
    level: 'error',
    message: 'it broke',
    timestamp: '2026-11-29T02:20:22.404Z',
  };
  const lines = (await read(JSON.stringify(line))).split('\n');
  expect(lines[0]).toMatch(/error it broke$/);
  expect(lines.slice(1, 3)).toEqual(['    error: Error: no', '        at x']);
});

it('leaves the lines of other programs as they are', async () => {
  expect(await read('Started claude-harness.service.\n{"not": "ours"}\n')).toBe(
    'Started claude-harness.service.\n{"not": "ours"}\n',
  );
});
