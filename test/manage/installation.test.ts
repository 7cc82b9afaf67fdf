import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Caller, Installation, instanceNames, instanceOf, socketUnits } from '../../deploy/manage/installation.js';
import { temporaryDir } from '../process/fixture.ts';

const owner: Caller = {
  isRoot: false,
  uid: 1000,
  home: '/home/owner',
  name: 'owner',
  sudoUser: undefined,
  configHome: undefined,
  stateHome: undefined,
  runtimeDir: '/run/user/1000',
};

describe('where everything is', () => {
  test('of the machine', () => {
    expect(new Installation('system', '', owner)).toMatchObject({
      service: 'claude-harness.service',
      unitFolder: '/etc/systemd/system',
      configFile: '/etc/claude-harness/harness.yaml',
      tokenFile: '/etc/claude-harness/claude-token',
      stateFolder: '/var/lib/claude-harness',
      agentsStateFolder: '/var/lib/claude-harness-agents',
      agentsSocketPath: '/run/claude-harness-agents.sock',
      commandFile: '/usr/local/bin/claude-harness',
    });
  });

  test('of an instance, whose state and that of its agents have one folder', () => {
    expect(new Installation('system', 'kitchen', owner)).toMatchObject({
      service: 'claude-harness@kitchen.service',
      agentsSocket: 'claude-harness-agents@kitchen.socket',
      configFolder: '/etc/claude-harness-instances/kitchen',
      stateRoot: '/var/lib/claude-harness-instances/kitchen',
      stateFolder: '/var/lib/claude-harness-instances/kitchen/state',
      agentsStateFolder: '/var/lib/claude-harness-instances/kitchen/agents',
      agentsSocketPath: '/run/claude-harness-agents@kitchen.sock',
      commandFile: '/usr/local/bin/claude-harness@kitchen',
    });
  });

  test('of a user', () => {
    const installation = new Installation('user', '', owner);
    installation.home = owner.home;
    expect(installation).toMatchObject({
      unitFolder: '/home/owner/.config/systemd/user',
      configFolder: '/home/owner/.config/claude-harness',
      stateFolder: '/home/owner/.local/state/claude-harness',
      agentsSocketPath: '/run/user/1000/claude-harness-agents.sock',
      loginFolder: '/home/owner/.claude',
      commandFile: '/home/owner/.local/bin/claude-harness',
    });
    const elsewhere = new Installation('user', 'kitchen', { ...owner, configHome: '/c', stateHome: '/s' });
    elsewhere.home = owner.home;
    expect(elsewhere).toMatchObject({
      configFolder: '/c/claude-harness-instances/kitchen',
      stateFolder: '/s/claude-harness-instances/kitchen',
      loginFolder: '/home/owner/.claude-harness-instances/kitchen',
    });
  });
});

test('a command that is shown names the instance, and sudo where that is needed', () => {
  const kitchen = new Installation('system', 'kitchen', owner);
  kitchen.prefix = '/opt/x';
  expect(kitchen.manageCommand('logs', '-n5')).toBe('sudo /opt/x/current/manage.sh logs -n5 --name kitchen');
  const own = new Installation('user', '', owner);
  own.prefix = '/home/owner/x';
  expect(own.manageCommand('login')).toBe('/home/owner/x/current/manage.sh login');
});

/** A user's folder of units, with these. */
function withUnits(units: Record<string, string>): Caller & { unitFolder: string } {
  const configHome = temporaryDir();
  const unitFolder = join(configHome, 'systemd/user');
  mkdirSync(unitFolder, { recursive: true });
  for (const [name, text] of Object.entries(units)) writeFileSync(join(unitFolder, name), text);
  return { ...owner, configHome, unitFolder };
}

test('the unit says what it was installed with, and its socket where it listens', () => {
  const caller = withUnits({
    'claude-harness.service': [
      '[Service]',
      'User=somebody',
      'Environment=Prefix=/wrong',
      'Node=/wrong',
      '[X-Installation]',
      'Prefix=/opt/x',
      'User=owner',
      'Source=https://example.org/a.tgz?b=c',
      'Router=',
      '',
    ].join('\n'),
    'claude-harness.socket': '[Socket]\nListenStream=[::1]:8014\nListenStream=/run/other.sock\n',
  });
  expect(new Installation('user', '', caller).load()).toMatchObject({
    prefix: '/opt/x',
    user: 'owner',
    node: '',
    source: 'https://example.org/a.tgz?b=c',
    router: '',
    listen: '[::1]:8014',
  });
});

test('what is not installed cannot be loaded', () => {
  const caller = withUnits({});
  expect(() => new Installation('user', 'kitchen', caller).load()).toThrow(
    /^claude-harness@kitchen is not installed .*run \.\/manage\.sh install --name kitchen$/,
  );
});

test('instances are found by their units, and agents are none', () => {
  const { unitFolder } = withUnits(
    Object.fromEntries(
      [
        'claude-harness',
        'claude-harness@kitchen',
        'claude-harness-agents',
        'claude-harness-agents@kitchen',
        'other',
      ].flatMap((name) => [
        [`${name}.service`, ''],
        [`${name}.socket`, ''],
      ]),
    ),
  );
  expect(instanceNames(unitFolder)).toEqual(['default', 'kitchen']);
  expect(socketUnits(unitFolder)).toEqual(['claude-harness.socket', 'claude-harness@kitchen.socket']);
  expect(instanceNames(join(unitFolder, 'missing'))).toEqual([]);
});

test('the default instance has no name, and a name has few letters', () => {
  expect(instanceOf('default')).toBe('');
  expect(instanceOf('kitchen-2')).toBe('kitchen-2');
  for (const name of ['Kitchen', 'a/b', '', 'a'.repeat(33), 'ä']) {
    expect(() => instanceOf(name)).toThrow(/is not the name of an instance/);
  }
});
