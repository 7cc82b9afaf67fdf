import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type InstanceQuestions, listInstances } from '../../../src/command/service/list-instances.ts';

let folder: string;
let asked: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'list-instances-'));
  asked = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Writes units as `manage.sh` does, and the release that they name. */
function install(unit: string, version: string): void {
  const prefix = join(folder, unit, 'opt');
  mkdirSync(join(prefix, 'current/dist'), { recursive: true });
  writeFileSync(join(prefix, 'current/package.json'), JSON.stringify({ name: 'claude-harness', version }));
  writeFileSync(join(prefix, 'current/dist/build-info.json'), '{"commit":"abc1234","date":"2026-11-29"}');
  writeFileSync(join(folder, `${unit}.service`), `[Service]\nUser=me\n\n[X-Installation]\nPrefix=${prefix}\nUser=me\n`);
}

function machine(states: Record<string, string>, addresses: Record<string, string>): InstanceQuestions {
  return {
    properties: async (unit) => {
      const [name = ''] = unit.split('.');
      const properties: [string, string][] = unit.endsWith('.socket')
        ? [['Listen', (addresses[name] ?? '').split(', ').join(' (Stream)\n') + ' (Stream)']]
        : [
            ['ActiveState', states[name] ?? 'inactive'],
            ['SubState', 'x'],
          ];
      return Promise.resolve(new Map(properties));
    },
    ready: async (url) => {
      asked.push(url);
      if (url.endsWith('8015')) throw new Error('refused');
      return Promise.resolve(
        url.endsWith('8014') ? { status: 503, body: { message: 'Log in.' } } : { status: 200, body: {} },
      );
    },
  };
}

async function list(questions: InstanceQuestions): Promise<{ text: string; status: number }> {
  let text = '';
  const status = await listInstances(folder, questions, (more) => {
    text += more;
  });
  return { text, status };
}

test('each instance has a line, the default one first, and none of agents', async () => {
  install('claude-harness@work', '0.2.0');
  install('claude-harness', '0.1.0');
  install('claude-harness-agents', '0.1.0');
  const states = { 'claude-harness': 'active', 'claude-harness@work': 'active' };
  const addresses = { 'claude-harness': '0.0.0.0:8013', 'claude-harness@work': '127.0.0.1:8016' };
  expect(await list(machine(states, addresses))).toEqual({
    text: [
      'INSTANCE  UNIT        ADDRESS         VERSION                      READY',
      'default   active (x)  0.0.0.0:8013    0.1.0 (abc1234, 2026-11-29)  yes',
      'work      active (x)  127.0.0.1:8016  0.2.0 (abc1234, 2026-11-29)  yes\n',
    ].join('\n'),
    status: 0,
  });
  expect(asked).toEqual(['http://127.0.0.1:8013', 'http://127.0.0.1:8016']);
});

test('one that would not serve says why, and one that is stopped is not started by a question', async () => {
  install('claude-harness@a', '0.1.0');
  install('claude-harness@b', '0.1.0');
  install('claude-harness@c', '0.1.0');
  const states = { 'claude-harness@a': 'active', 'claude-harness@b': 'active' };
  const addresses = {
    'claude-harness@a': '127.0.0.1:8014',
    'claude-harness@b': '127.0.0.1:8015',
    'claude-harness@c': '127.0.0.1:8016',
  };
  const { text, status } = await list(machine(states, addresses));
  expect(text).toMatch(/^a .* no: Log in\.$/m);
  expect(text).toMatch(/^b .* no: it does not answer$/m);
  expect(text).toMatch(/^c .* no: it is inactive$/m);
  expect(status).toBe(3);
  expect(asked).toHaveLength(2);
});

test('one at several addresses is asked at its port, and one at a socket alone at that', async () => {
  install('claude-harness', '0.1.0');
  install('claude-harness@a', '0.1.0');
  const states = { 'claude-harness': 'active', 'claude-harness@a': 'active' };
  const addresses = { 'claude-harness': '/run/http.sock, [::]:8013', 'claude-harness@a': '/run/a.sock' };
  const { text, status } = await list(machine(states, addresses));
  expect(text).toContain('/run/http.sock, [::]:8013');
  expect(status).toBe(0);
  expect(asked).toEqual(['http://[::1]:8013', 'unix:/run/a.sock']);
});

test('what is not known of one is told, and keeps no other from its line', async () => {
  install('claude-harness', '0.1.0');
  install('claude-harness@a', '0.1.0');
  rmSync(join(folder, 'claude-harness', 'opt/current/package.json'));
  rmSync(join(folder, 'claude-harness@a', 'opt/current/dist/build-info.json'));
  const states = { 'claude-harness': 'active', 'claude-harness@a': 'active' };
  const questions = machine(states, { 'claude-harness@a': '127.0.0.1:8016' });
  const ready = () => Promise.resolve({ status: 503, body: 'text' });
  const { text, status } = await list({ ...questions, ready });
  expect(text).toMatch(/^default .* unknown +no: its socket has no address$/m);
  expect(text).toMatch(/^a .* 0\.1\.0 +no: no reason given$/m);
  expect(status).toBe(3);
});
