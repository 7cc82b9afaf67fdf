import { describe, expect, it } from 'vitest';
import { agentEnvironment } from '../../src/agent/environment.ts';
import { profileWith } from './profile.ts';

const environmentOf = (changes = {}, extra: Record<string, string> = {}) =>
  agentEnvironment(profileWith(changes), {
    login: {
      auth: 'api-key',
      maxRetries: 3,
      extra,
      from: { HOME: '/home/ada', MY_SECRET: 'x', ANTHROPIC_API_KEY: 'k' },
    },
    tmpDir: '/tmp/a',
  });

describe('the environment of an agent', () => {
  it('has the login and its own folder for temporary files, and nothing else of the service', () => {
    expect(environmentOf()).toMatchObject({ HOME: '/home/ada', ANTHROPIC_API_KEY: 'k', TMPDIR: '/tmp/a' });
    expect(environmentOf()).not.toHaveProperty('MY_SECRET');
  });

  it('compacts its context and thinks as the CLI does, unlike a chat', () => {
    const names = ['DISABLE_AUTO_COMPACT', 'CLAUDE_CODE_BLOCKING_LIMIT_OVERRIDE', 'MAX_THINKING_TOKENS'];
    for (const name of names) expect(environmentOf()).not.toHaveProperty(name);
    expect(environmentOf({}, { MAX_THINKING_TOKENS: '9' })).toMatchObject({ MAX_THINKING_TOKENS: '9' });
  });

  it('keeps what it rests on, whatever the configuration says', () => {
    const safe = {
      CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
      CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
      CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
      CLAUDE_CODE_MAX_RETRIES: '3',
      TMPDIR: '/tmp/a',
    };
    const extra = Object.fromEntries(Object.keys(safe).map((name) => [name, 'other']));
    expect(environmentOf({}, extra)).toMatchObject(safe);
  });

  it('has tasks in the background only where the profile allows them', () => {
    const name = 'CLAUDE_CODE_DISABLE_BACKGROUND_TASKS';
    expect(environmentOf()).toHaveProperty(name, '1');
    expect(environmentOf({ backgroundTasks: true })).not.toHaveProperty(name);
  });
});
