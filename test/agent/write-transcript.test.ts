import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toTranscriptMessages } from '../../src/agent/past-messages.ts';
import { addUnnoted } from '../../src/agent/unnoted-messages.ts';
import { writeTranscript } from '../../src/agent/write-transcript.ts';
import { findTranscript, readOpenCalls } from '../../src/agent/transcript.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transcript-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Line {
  type: string;
  uuid: string;
  parentUuid: string | null;
  sessionId: string;
  message: { id?: string; content: object[] };
}

const linesOf = (path: string): Line[] =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const user = (text: string) => ({ role: 'user' as const, content: [{ type: 'text', text }] });
const assistant = (text: string) => ({ role: 'assistant' as const, content: [{ type: 'text', text }] });
const write = async (...messages: Parameters<typeof writeTranscript>[1]['messages'][number][]) => {
  await writeTranscript(folder, { id: 'one', cwd: '/srv/my docs', model: 'claude-x', messages });
  const path = await findTranscript(folder, 'one');
  if (path === undefined) throw new Error('there is none');
  return path;
};

it('a conversation becomes a chain of lines in the folder of its working directory', async () => {
  const path = await write(user('Hi'), assistant('Hello'), user('Bye'));
  expect(readdirSync(join(folder, 'projects'))).toEqual(['-srv-my-docs']);
  const lines = linesOf(path);
  expect(lines.map(({ type, message }) => [type, message.content])).toEqual([
    ['user', user('Hi').content],
    ['assistant', assistant('Hello').content],
    ['user', user('Bye').content],
  ]);
  expect(lines.map(({ parentUuid }) => parentUuid)).toEqual([null, lines[0]?.uuid, lines[1]?.uuid]);
  expect(await readOpenCalls(path)).toEqual([]);
});

it('answers have ids of their own', async () => {
  const lines = linesOf(await write(user('a'), assistant('b'), user('c'), assistant('d')));
  expect(new Set(lines.flatMap(({ message }) => message.id ?? [])).size).toBe(2);
});

it('a folder that cannot be written to is an error that says so', async () => {
  writeFileSync(join(folder, 'projects'), 'in its place');
  await expect(write(user('Hi'))).rejects.toMatchObject({
    code: 'CLI_FAILED',
    message: expect.stringContaining('cannot be written') as unknown,
  });
});

it('calls have the names that the CLI has for their tools', () => {
  const names = [
    { kind: 'builtin', name: 'bash' },
    { kind: 'builtin', name: 'task' },
    { kind: 'builtin', name: 'ask_user_question' },
    { kind: 'mcp', server: 'db', name: 'query' },
    { kind: 'custom', name: 'lookup' },
  ] as const;
  const content = names.map((tool) => ({ type: 'past_call' as const, callId: 'a', tool, input: {} }));
  const [message] = toTranscriptMessages([{ role: 'assistant', content }]);
  expect(message?.content.map((block) => block['name'])).toEqual([
    ...['Bash', 'Agent', 'AskUserQuestion', 'mcp__db__query', 'mcp__client__lookup'],
  ]);
});

it('messages that the CLI has not noted are added behind all others, and those that it has are not', async () => {
  const path = await write(user('go on'), assistant('Yes'), user('lost?'));
  const before = linesOf(path);
  await addUnnoted(path, [user('lost?')]);
  expect(linesOf(path)).toEqual(before);
  await addUnnoted(path, [user('lost?'), user('go on')]);
  const after = linesOf(path);
  expect(after.slice(0, -1)).toEqual(before);
  expect(after.at(-1)).toMatchObject({
    ...{ type: 'user', parentUuid: before.at(-1)?.uuid, sessionId: 'one' },
    message: user('go on'),
  });
});
