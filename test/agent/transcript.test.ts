import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  completeTranscript,
  findTranscript,
  forgetPrompts,
  readOpenCalls,
  removeTranscript,
} from '../../src/agent/transcript.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transcript-test-'));
  mkdirSync(join(folder, 'projects/-work'), { recursive: true });
  path = join(folder, 'projects/-work/one.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const user = (content: unknown) => ({ type: 'user', message: { role: 'user', content } });
const said = (...content: object[]) => ({ type: 'assistant', uuid: 'u-1', sessionId: 's', message: { content } });
const call = (id: string) => ({ type: 'tool_use', id, name: 'Bash', input: {} });
const result = (id: string, content = 'done') => ({ type: 'tool_result', tool_use_id: id, content });
const write = (...lines: object[]) => {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};
const read = () =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: { content: unknown }; parentUuid?: string });

describe('the calls in which a transcript ends', () => {
  it.each<[what: string, lines: object[], open: string[]]>([
    ['those without results', [user('Hi'), said(call('a')), said(call('b'))], ['a', 'b']],
    ['those with results that nobody has read', [user('Hi'), said(call('a')), user([result('a')])], ['a']],
    ['none where the model has read the results', [said(call('a')), user([result('a')]), said({ type: 'text' })], []],
    ['only those of the last message', [said(call('a')), user([result('a')]), said(call('b'))], ['b']],
    ['none where the user has spoken since', [said(call('a')), user([result('a')]), user('Stop')], []],
    ['none of a subagent', [said({ type: 'text' }), { ...said(call('a')), isSidechain: true }], []],
  ])('are %s', async (_what, lines, open) => {
    write(...lines);
    expect(await readOpenCalls(path)).toEqual(open);
  });
});

describe('results for open calls', () => {
  it('are added, and calls without one get an error', async () => {
    write(user('Hi'), said(call('a'), call('b')));
    expect(await completeTranscript(path, [result('b', 'late')])).toEqual([]);
    const [, , first, second] = read();
    expect(first?.message.content).toMatchObject([{ tool_use_id: 'a', is_error: true }]);
    expect(second).toMatchObject({ parentUuid: 'u-1', sessionId: 's', message: { content: [result('b', 'late')] } });
  });

  it('replace those that the CLI has noted at its end', async () => {
    write(said(call('a')), user([result('a', 'Tool permission stream closed before response received')]));
    await completeTranscript(path, [result('a', 'late')]);
    expect(read().map(({ message }) => message.content)).toEqual([[call('a')], [result('a', 'late')]]);
  });

  it('of other calls are refused, and change nothing', async () => {
    write(said(call('a')));
    const before = readFileSync(path, 'utf8');
    expect(await completeTranscript(path, [result('a'), result('z')])).toEqual(['z']);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('do not mix with half a line', async () => {
    write(said(call('a')));
    writeFileSync(path, '{"type":"user","mess', { flag: 'a' });
    await completeTranscript(path, [result('a')]);
    expect(read()).toHaveLength(2);
  });
});

it('noted prompts are forgotten, and lines that follow them keep their place', async () => {
  write(user('Hi'), { type: 'attachment', uuid: 'p', attachment: { type: 'prompt_snapshot', systemPrompt: 'Old' } });
  await forgetPrompts(path);
  expect(readFileSync(path, 'utf8')).not.toContain('Old');
  expect(read()[1]).toMatchObject({ uuid: 'p', attachment: { type: 'forgotten' } });
});

it('a transcript is found and removed, but nothing behind a link', async () => {
  write(user('Hi'));
  mkdirSync(join(folder, 'projects/-work/one'));
  mkdirSync(join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'elsewhere/one.jsonl'), 'precious');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'projects/-link'));
  symlinkSync(join(folder, 'elsewhere/one.jsonl'), join(folder, 'projects/-work/two.jsonl'));
  expect(await findTranscript(folder, 'one')).toBe(path);
  expect(await findTranscript(folder, 'two')).toBeUndefined();
  for (const id of ['one', 'two', 'none']) await removeTranscript(folder, id);
  expect(
    [path, path.replace('.jsonl', ''), join(folder, 'projects/-work/two.jsonl')].some((left) => existsSync(left)),
  ).toBe(false);
  expect(readFileSync(join(folder, 'elsewhere/one.jsonl'), 'utf8')).toBe('precious');
});

it('where there are no transcripts there is none to find or to remove', async () => {
  expect(await findTranscript(join(folder, 'nowhere'), 'one')).toBeUndefined();
  await expect(removeTranscript(join(folder, 'nowhere'), 'one')).resolves.toBeUndefined();
});
