import { expect, it } from 'vitest';
import { systemPrompt } from '../../src/agent/system-prompt.ts';
import { profileWith } from './profile.ts';

const skill = { path: 'sum/SKILL.md', name: 'sum', folder: '/srv/documents/.claude/skills/sum', fields: {}, body: '' };
const files = {
  memory: ['REMEMBER'],
  commands: [],
  agents: [],
  skills: [{ ...skill, fields: { description: 'adds' } }],
};

it('is the CLI’s own where the profile says nothing', () => {
  expect(systemPrompt(profileWith(), undefined)).toEqual({});
});

it('is added to, or replaced', () => {
  expect(systemPrompt(profileWith({ system: { text: 'A', mode: 'append' } }), undefined)).toEqual({
    appendSystemPrompt: 'A',
  });
  expect(systemPrompt(profileWith({ system: { text: 'A', mode: 'replace' } }), undefined)).toEqual({
    systemPrompt: ['A'],
  });
});

it('has the workspace’s instructions and skills after the profile’s text', () => {
  const profile = profileWith({ trust: 'files', tools: ['skill'], system: { text: 'A', mode: 'append' } });
  expect(systemPrompt(profile, files).appendSystemPrompt).toBe(
    'A\n\nInstructions of the workspace, from its CLAUDE.md:\n\nREMEMBER\n\nSkills of the workspace, for the tool Skill:\n\n- workspace:sum: adds',
  );
});

it('lists skills only for agents that have the tool', () => {
  const profile = profileWith({ trust: 'files', tools: ['read'] });
  expect(systemPrompt(profile, { ...files, memory: [] })).toEqual({});
});

it('leaves the instructions to the CLI with full trust', () => {
  const profile = profileWith({ trust: 'full', tools: ['skill'] });
  expect(systemPrompt(profile, files).appendSystemPrompt).toBe(
    'Skills of the workspace, for the tool Skill:\n\n- sum: adds',
  );
});

it('says that plan mode is on', () => {
  expect(systemPrompt(profileWith({ permissionMode: 'plan' }), undefined).appendSystemPrompt).toMatch(
    /^Plan mode is on/,
  );
});
