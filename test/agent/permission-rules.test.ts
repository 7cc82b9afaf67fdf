import { describe, expect, it } from 'vitest';
import { permissionRules } from '../../src/agent/permission-rules.ts';
import type { AgentPermissions, PermissionRule } from '../../src/core/agent.ts';
import { profileWith } from './profile.ts';

const rulesOf = (permissions: AgentPermissions, changes = {}) =>
  permissionRules(profileWith({ permissions, ...changes }), []);

describe('rules of tools', () => {
  it('ask about each listed tool, and deny all others', () => {
    const { allow, ask, deny } = rulesOf({ default: 'always_ask', rules: [] });
    expect(allow).toEqual([]);
    expect(ask).toEqual(['Bash', 'Read', 'Write', 'Edit', 'NotebookEdit', 'Glob', 'Grep']);
    expect(deny).toEqual(['Edit(//srv/library/**)', 'WebFetch', 'WebSearch', 'Agent', 'Task', 'Skill']);
  });

  it('allow files in the workspaces alone', () => {
    const { allow, ask } = rulesOf({ default: 'always_allow', rules: [] });
    expect(allow).toEqual(['Bash', 'Read(//srv/documents/**)', 'Read(//srv/library/**)', 'Edit(//srv/documents/**)']);
    expect(ask).toEqual([]);
  });

  it('deny by name', () => {
    const { allow, ask, deny } = rulesOf({ default: 'deny', rules: [] });
    expect([allow, ask]).toEqual([[], []]);
    expect(deny).toEqual(expect.arrayContaining(['Bash', 'Read', 'Write', 'Edit', 'Glob', 'Grep']));
  });

  it('follow the tool’s own policy before the default', () => {
    const rules: PermissionRule[] = [
      { tool: 'bash', policy: 'deny' },
      { tool: 'read', policy: 'always_allow' },
    ];
    const { allow, ask, deny } = rulesOf({ default: 'always_ask', rules });
    expect(allow).toEqual(['Read(//srv/documents/**)', 'Read(//srv/library/**)']);
    expect(ask).not.toContain('Read');
    expect(deny).toContain('Bash');
  });
});

describe('rules of parts', () => {
  const part = (tool: PermissionRule['tool'], pattern: string, policy: PermissionRule['policy']) =>
    rulesOf({ default: 'always_ask', rules: [{ tool, pattern, policy }] }, { tools: [tool] });

  it('that allow are not beaten by one that asks about all', () => {
    expect(part('bash', 'git *', 'always_allow')).toMatchObject({ allow: ['Bash(git *)'], ask: [] });
    expect(part('bash', 'git *', 'deny').ask).toEqual(['Bash']);
  });

  it.each([
    ['secret/**', 'Read(//srv/documents/secret/**)'],
    ['./secret', 'Read(//srv/documents/secret)'],
    ['../other/*', 'Read(//srv/other/*)'],
    ['/etc/hosts', 'Read(//etc/hosts)'],
  ])('of files are below the first workspace: %s', (pattern, expected) => {
    expect(part('read', pattern, 'deny').deny).toContain(expected);
  });

  it('have the CLI’s names', () => {
    expect(part('web_fetch', 'domain:a.example', 'always_allow').allow).toEqual(['WebFetch(domain:a.example)']);
    expect(part('task', 'scout', 'deny').deny).toContain('Agent(scout)');
    expect(part('skill', 'sum', 'deny').deny).toContain('Skill(sum)');
  });
});

describe('rules of folders', () => {
  const places = [
    { path: '/home/ada', what: 'the home folder', within: false },
    { path: '/home/ada/.claude', what: 'the login', within: true },
  ];

  it('deny protected places to all that reads and writes', () => {
    const { deny } = permissionRules(profileWith(), places);
    for (const rule of ['Read(//home/ada)', 'Edit(//home/ada)', 'Read(//home/ada/.claude)']) {
      expect(deny).toContain(rule);
    }
  });

  it('leave out a place that a workspace is in, and keep what is protected within it', () => {
    const { deny } = permissionRules(profileWith({ workspaces: [{ path: '/home/ada/docs', mode: 'rw' }] }), places);
    expect(deny).not.toContain('Read(//home/ada)');
    expect(deny).toContain('Read(//home/ada/.claude)');
  });

  it('take nothing in a protected place’s name for a pattern', () => {
    const { deny } = permissionRules(profileWith(), [{ path: '/srv/[a](b)', what: 'x', within: true }]);
    expect(deny).toContain('Read(//srv/?a??b?)');
  });
});
