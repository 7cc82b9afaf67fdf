import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentLab, madeUpApiKey, madeUpSecret, startAgentLab } from '../../support/agents/agent-lab.ts';
import type { CallOutcome, DrivenAgent } from '../../support/agents/drive.ts';

let lab: AgentLab;
let agent: DrivenAgent;

beforeAll(async () => {
  lab = await startAgentLab();
  lab.write(join(lab.home, '.claude/.credentials.json'), 'LOGIN');
  lab.write(join(lab.home, 'letter.txt'), 'LETTER');
  lab.write(join(lab.state, 'state.db'), 'STATE');
  lab.write(join(lab.library, 'book.txt'), 'BOOK');
  symlinkSync(lab.state, join(lab.work, 'link'));
  agent = await lab.run();
});

afterAll(() => lab.stop());

async function bash(command: string, of = agent, more: object = {}): Promise<CallOutcome> {
  const [outcome] = await of.calls([{ name: 'Bash', input: { command, ...more } }]);
  if (outcome === undefined) throw new Error('no outcome');
  return outcome;
}

describe('a command in the sandbox', () => {
  it('works in the workspaces, unasked where it is allowed', async () => {
    expect(await bash(`cat ${lab.library}/book.txt > copy.txt && cat copy.txt`)).toMatchObject({
      asked: false,
      ran: true,
      text: 'BOOK',
    });
    expect(readFileSync(join(lab.work, 'copy.txt'), 'utf8')).toBe('BOOK');
  });

  it.each([
    ['the home', () => `sh -c 'cat ${lab.home}/letter.txt'`, 'LETTER'],
    ['the login', () => `sh -c 'cat ${lab.home}/.claude/.credentials.json'`, 'LOGIN'],
    ['the state', () => `sh -c 'cat < ${lab.state}/state.db'`, 'STATE'],
    ['the state through a link', () => `sh -c 'cat link/state.db'`, 'STATE'],
    ['the state by its parent', () => `cd .. && sh -c 'cat */state.db'`, 'STATE'],
  ])('cannot read %s', async (_, command, secret) => {
    const { ran, text } = await bash(command());
    expect({ ran, leaks: text.includes(secret) }).toEqual({ ran: false, leaks: false });
  });

  it.each([
    ['outside', () => join(lab.outside, 'new.txt')],
    ['in the home', () => join(lab.home, 'new.txt')],
    ['beside the workspace', () => `${lab.work}-beside.txt`],
    ['in a folder of which it may only read', () => join(lab.library, 'new.txt')],
    ["in the workspace's settings", () => join(lab.work, '.claude/settings.json')],
  ])('cannot write %s', async (_, path) => {
    await bash(`sh -c 'mkdir -p "$(dirname ${path()})"; echo x > ${path()}'`);
    expect(existsSync(path())).toBe(false);
  });

  it('cannot leave it where the model asks for that', async () => {
    await bash(`echo x > ${lab.outside}/left.txt`, agent, { dangerouslyDisableSandbox: true });
    expect(existsSync(join(lab.outside, 'left.txt'))).toBe(false);
  });

  it('does not see the login or the variables of the operator', async () => {
    const { text } = await bash('env; cat /proc/*/environ | tr "\\0" "\\n"; echo end');
    expect(text).toContain('end');
    expect(text).not.toContain(madeUpApiKey);
    expect(text).not.toContain(madeUpSecret);
    expect(text).not.toContain('CLAUDE_CODE_MESSAGING_TOKEN');
  });

  it('reaches no host, nor this machine, unless it is asked about', async () => {
    const { text } = await bash(
      `curl -sS -m 5 ${lab.standIn.url}/ 2>&1; curl -sS -m 5 https://host.invalid/ 2>&1; true`,
    );
    expect(text).toMatch(/connect/i);
    expect(text).toMatch(/CONNECT tunnel failed, response 403/);
  });

  it('is asked about where the profile says so', async () => {
    const asking = await lab.run({ permissions: { default: 'always_ask', rules: [] } });
    expect(await bash('ls', asking)).toMatchObject({ asked: true, ran: false });
    expect(await bash('touch asked.txt', asking)).toMatchObject({ asked: true, ran: false });
    expect(existsSync(join(lab.work, 'asked.txt'))).toBe(false);
  });

  it('may not read what the profile denies, whatever program reads it', async () => {
    const denied = lab.write(join(lab.outside, 'denied.txt'), 'DENIED');
    const byRule = await lab.run({
      permissions: { default: 'always_allow', rules: [{ tool: 'read', pattern: denied, policy: 'deny' }] },
    });
    const bySandbox = await lab.run({ sandbox: { use: 'required', allowedHosts: [], denyRead: [denied] } });
    for (const one of [byRule, bySandbox]) {
      const { ran, text } = await bash(`sh -c 'cat ${denied}'`, one);
      expect({ ran, leaks: text.includes('DENIED') }).toEqual({ ran: false, leaks: false });
    }
  });
});

describe('without the sandbox', () => {
  it('a rule against a file does not hold for a program that reads it', async () => {
    const denied = lab.write(join(lab.outside, 'open.txt'), 'OPEN');
    const agentWithout = await lab.run({
      sandbox: { use: 'off', allowedHosts: [], denyRead: [] },
      permissions: { default: 'always_allow', rules: [{ tool: 'read', pattern: denied, policy: 'deny' }] },
    });
    expect(await bash(`cat ${denied}`, agentWithout)).toMatchObject({ ran: false });
    expect(await bash(`sh -c 'cat ${denied}'`, agentWithout)).toMatchObject({ ran: true, text: 'OPEN' });
  });
});

describe('a workspace in the home folder', () => {
  it('is the only thing there that commands can read', async () => {
    lab.write(join(lab.home, 'documents/one.txt'), 'ONE');
    const inHome = await lab.run({ workspaces: [{ path: join(lab.home, 'documents'), mode: 'rw' }] });
    expect(await bash('cat one.txt; touch two.txt; ls', inHome)).toMatchObject({
      ran: true,
      text: 'ONEone.txt\ntwo.txt',
    });
    expect(existsSync(join(lab.home, 'documents/two.txt'))).toBe(true);
    expect((await bash(`sh -c 'cat ../letter.txt ../.claude/.credentials.json'`, inHome)).text).not.toMatch(/LE|LOGIN/);
  });
});

describe('a working directory of which it may only read', () => {
  it('is not written to by commands', async () => {
    const reader = await lab.run({ workspaces: [{ path: lab.library, mode: 'ro' }] });
    await bash(`sh -c 'echo x > new.txt'; sh -c 'echo x > ${lab.work}/other.txt'`, reader);
    expect(existsSync(join(lab.library, 'new.txt'))).toBe(false);
    expect(existsSync(join(lab.work, 'other.txt'))).toBe(false);
  });
});
