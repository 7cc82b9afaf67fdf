import { describe, expect, it } from 'vitest';
import { flagSettings } from '../../src/agent/flag-settings.ts';
import type { AgentProfile } from '../../src/core/agent.ts';
import { profileWith } from './profile.ts';

const home = { path: '/home/ada', what: 'the home folder', within: false };

function settingsOf(changes: Partial<AgentProfile> = {}, options: object = {}) {
  return flagSettings(profileWith(changes), {
    ...{ protectedPaths: [home], env: {}, extra: {} },
    ...options,
  });
}

describe('the sandbox', () => {
  it('confines commands to the workspaces', () => {
    expect(settingsOf().sandbox).toMatchObject({
      enabled: true,
      failIfUnavailable: true,
      autoAllowBashIfSandboxed: false,
      allowUnsandboxedCommands: false,
      network: { allowedDomains: [] },
      filesystem: {
        denyRead: ['/home/ada'],
        allowRead: [],
        denyWrite: ['/srv/library'],
        allowWrite: ['/srv/documents'],
      },
    });
  });

  it('lets commands read a workspace in a place that they may not read, and reach what the profile says', () => {
    const workspaces = [{ path: '/home/ada/docs', mode: 'rw' }] as const;
    const sandbox = { use: 'required', allowedHosts: ['*.debian.org'], denyRead: ['/etc'] } as const;
    expect(settingsOf({ workspaces, sandbox }).sandbox).toMatchObject({
      network: { allowedDomains: ['*.debian.org'] },
      filesystem: { denyRead: ['/home/ada', '/etc'], allowRead: ['/home/ada/docs'] },
    });
  });

  it('hides the login and the operator’s variables, but not what programs need', () => {
    const { sandbox } = settingsOf({}, { extra: { MY_KEY: 'x', PATH: '/bin' } });
    const names = sandbox.enabled ? sandbox.credentials.envVars.map(({ name }) => name) : [];
    expect(names).toEqual(expect.arrayContaining(['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'MY_KEY']));
    expect(names).not.toContain('PATH');
  });

  it('is off where the profile says so', () => {
    expect(settingsOf({ sandbox: { use: 'off', allowedHosts: [], denyRead: [] } }).sandbox).toEqual({ enabled: false });
  });
});

describe('trust', () => {
  it.each(['none', 'files'] as const)('%s runs no hooks and no servers of the workspace', (trust) => {
    expect(settingsOf({ trust })).toMatchObject({ disableAllHooks: true, enableAllProjectMcpServers: false });
    expect(settingsOf({ trust })).not.toHaveProperty('env');
  });

  it('full keeps the address of the API', () => {
    const { env, ...rest } = settingsOf({ trust: 'full' }, { env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' } });
    expect(env).toEqual({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' });
    expect(rest).not.toHaveProperty('disableAllHooks');
    expect(settingsOf({ trust: 'full' }).env).toEqual({ ANTHROPIC_BASE_URL: 'https://api.anthropic.com' });
  });
});

it('no model decides about calls in plan mode', () => {
  expect(settingsOf().useAutoModeDuringPlan).toBe(false);
});
