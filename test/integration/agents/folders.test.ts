import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentPermissionMode } from '../../../src/core/agent.ts';
import { type AgentLab, startAgentLab } from '../../support/agents/agent-lab.ts';
import type { DrivenAgent, ToolCall } from '../../support/agents/drive.ts';

let lab: AgentLab;

beforeAll(async () => {
  lab = await startAgentLab();
  lab.write(join(lab.work, 'note.txt'), 'NOTE');
  lab.write(join(lab.library, 'book.txt'), 'BOOK');
  lab.write(join(lab.outside, 'secret.txt'), 'SECRET');
  lab.write(join(`${lab.work}-beside`, 'secret.txt'), 'SECRET');
  lab.write(join(lab.home, 'secret.txt'), 'SECRET');
  lab.write(join(lab.home, '.claude/.credentials.json'), 'SECRET');
  lab.write(join(lab.state, 'state.db'), 'SECRET');
  symlinkSync(lab.outside, join(lab.work, 'link'));
  symlinkSync(join(lab.outside, 'secret.txt'), join(lab.work, 'link.txt'));
  symlinkSync(join(lab.outside, 'dangling.txt'), join(lab.work, 'dangling.txt'));
  symlinkSync(lab.library, join(lab.work, 'library'));
  symlinkSync(lab.state, join(lab.work, 'state'));
});

afterAll(() => lab.stop());

const read = (path: string): ToolCall => ({ name: 'Read', input: { file_path: path } });
const write = (path: string): ToolCall => ({ name: 'Write', input: { file_path: path, content: 'WRITTEN' } });
const grep = (path: string): ToolCall => ({
  name: 'Grep',
  input: { pattern: 'SECRET', path, output_mode: 'content' },
});
const glob = (pattern: string, path?: string): ToolCall => ({
  name: 'Glob',
  input: { pattern, ...(path !== undefined && { path }) },
});

/** Whatever they say: everything is allowed that may be. */
const modes: AgentPermissionMode[] = ['default', 'acceptEdits', 'dontAsk'];

describe.each(modes)('in the mode %s', (permissionMode) => {
  let agent: DrivenAgent;
  beforeAll(async () => {
    agent = await lab.run({ permissionMode });
  });

  it('files of the workspaces are read and written unasked', async () => {
    const outcomes = await agent.calls([
      read(join(lab.work, 'note.txt')),
      read(join(lab.library, 'book.txt')),
      write(join(lab.work, `new-${permissionMode}.txt`)),
      glob('*.txt'),
      grep(lab.work),
    ]);
    expect(outcomes.map(({ asked, ran }) => ({ asked, ran }))).toEqual(
      outcomes.map(() => ({ asked: false, ran: true })),
    );
  });

  it.each([
    ['by its path', () => join(lab.outside, 'secret.txt')],
    ['by ..', () => `${lab.work}/../outside/secret.txt`],
    ['through a link to its folder', () => join(lab.work, 'link/secret.txt')],
    ['through a link to itself', () => join(lab.work, 'link.txt')],
    ['beside the workspace, under a name that begins like it', () => `${lab.work}-beside/secret.txt`],
    ['in the home', () => '~/secret.txt'],
  ])('a file outside is not read without a question: %s', async (_, path) => {
    const [outcome] = await agent.calls([read(path())]);
    expect(outcome).toMatchObject({ ran: false });
    expect(outcome?.text).not.toContain('SECRET');
  });

  it.each([
    ['by its path', () => join(lab.outside, 'new.txt')],
    ['by ..', () => `${lab.work}/../outside/new.txt`],
    ['through a link to its folder', () => join(lab.work, 'link/new.txt')],
    ['beside the workspace, under a name that begins like it', () => `${lab.work}-beside/new.txt`],
    ['in the home', () => join(lab.home, 'new.txt')],
  ])('a file outside is not written without a question: %s', async (_, path) => {
    const [outcome] = await agent.calls([write(path())]);
    expect(outcome).toMatchObject({ ran: false });
    expect(existsSync(path())).toBe(false);
  });

  it('a link to a file that does not exist is not written through', async () => {
    await agent.calls([write(join(lab.work, 'dangling.txt'))]);
    expect(existsSync(join(lab.outside, 'dangling.txt'))).toBe(false);
  });

  it('searches do not leave the workspaces', async () => {
    const outcomes = await agent.calls([
      grep(lab.outside),
      grep(join(lab.work, 'link')),
      grep(lab.work),
      glob('*', join(lab.work, 'link')),
      glob('../outside/*'),
      glob('link/*'),
    ]);
    expect(outcomes.map(({ text }) => text).join('\n')).not.toMatch(/SECRET|secret\.txt/);
  });
});

describe('a folder of which it may only read', () => {
  it.each(['default', 'acceptEdits'] as const)('is not written to in the mode %s, even if allowed', async (mode) => {
    const agent = await lab.run({ permissionMode: mode }, { decide: () => 'allow' });
    const edit = { old_string: 'BOOK', new_string: 'CHANGED' };
    const outcomes = await agent.calls([
      read(join(lab.library, 'book.txt')),
      { name: 'Edit', input: { file_path: join(lab.library, 'book.txt'), ...edit } },
      write(join(lab.library, 'new.txt')),
      write(join(lab.work, 'library/new.txt')),
      write(`${lab.work}/../library/new.txt`),
      { name: 'Edit', input: { file_path: join(lab.work, 'library/book.txt'), ...edit } },
    ]);
    expect(outcomes.map(({ ran }) => ran)).toEqual([true, false, false, false, false, false]);
    expect(readFileSync(join(lab.library, 'book.txt'), 'utf8')).toBe('BOOK');
    expect(existsSync(join(lab.library, 'new.txt'))).toBe(false);
  });
});

describe('what the service and the CLI keep for themselves', () => {
  it('is out of reach, even if somebody who is asked says yes', async () => {
    const agent = await lab.run({}, { decide: () => 'allow' });
    const outcomes = await agent.calls([
      read(join(lab.state, 'state.db')),
      read(join(lab.work, 'state/state.db')),
      read(`${lab.work}/../state/state.db`),
      read(join(lab.home, '.claude/.credentials.json')),
      read('~/.claude/.credentials.json'),
      read('~/secret.txt'),
      grep(lab.state),
      glob('*', join(lab.home, '.claude')),
      write(join(lab.state, 'new.txt')),
      write(join(lab.work, 'state/new.txt')),
      write(join(lab.home, '.claude/settings.json')),
    ]);
    expect(outcomes.map(({ ran }) => ran)).toEqual(outcomes.map(() => false));
    expect(existsSync(join(lab.state, 'new.txt'))).toBe(false);
    expect(existsSync(join(lab.home, '.claude/settings.json'))).toBe(false);
  });

  it('is out of reach where a workspace is in the home folder', async () => {
    const documents = join(lab.home, 'documents');
    mkdirSync(documents);
    const agent = await lab.run({ workspaces: [{ path: documents, mode: 'rw' }] }, { decide: () => 'allow' });
    const [own, login] = await agent.calls([
      write(join(documents, 'new.txt')),
      read(join(lab.home, '.claude/.credentials.json')),
    ]);
    expect([own?.ran, login?.ran]).toEqual([true, false]);
  });
});

it('what would make the CLI run programs is asked about, even in a workspace', async () => {
  const agent = await lab.run({ permissionMode: 'acceptEdits' });
  const outcomes = await agent.calls([
    write(join(lab.work, '.claude/settings.json')),
    write(join(lab.work, '.mcp.json')),
    write(join(lab.work, '.git/hooks/pre-commit')),
  ]);
  expect(outcomes.map(({ asked }) => asked)).toEqual([true, true, true]);
});
