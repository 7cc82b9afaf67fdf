import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderUnits } from '../../deploy/manage/render-units.js';
import { temporaryDir } from '../process/fixture.ts';
import { root } from '../support/root.ts';
import { builtProgram } from '../support/service/built-program.ts';

const templates = join(root, 'deploy/systemd');

const settings = {
  SCOPE: 'system',
  INSTANCE: '',
  PREFIX: '/opt/claude-harness',
  USER_NAME: 'owner',
  HOME_FOLDER: '/home/owner',
  LOGIN_FOLDER: '/home/owner/.claude',
  STATE_FOLDER: '/var/lib/claude-harness',
  AGENTS_STATE_FOLDER: '/var/lib/claude-harness-agents',
  NODE: '/usr/bin/node',
  CLAUDE: '/usr/local/bin/claude',
  LISTEN: '127.0.0.1:8013',
  LOGIN: '',
  CONFIG_FOLDER: '/etc/claude-harness',
  SOURCE: '/srv/claude-harness',
  ROUTER: '',
  AGENTS_SOCKET: '/run/claude-harness-agents.sock',
  AGENT_MOUNTS: '',
};

const ofKitchen = {
  INSTANCE: 'kitchen',
  LOGIN_FOLDER: '/home/owner/.claude-harness-instances/kitchen',
  STATE_FOLDER: '/var/lib/claude-harness-instances/kitchen/state',
  AGENTS_STATE_FOLDER: '/var/lib/claude-harness-instances/kitchen/agents',
  CONFIG_FOLDER: '/etc/claude-harness-instances/kitchen',
};

/** The lines of a unit. */
function linesOf(unit: string, changes: Partial<typeof settings> = {}): string[] {
  const text = renderUnits(templates, { ...settings, ...changes }).get(unit);
  if (text === undefined) throw new Error(`${unit} is not rendered`);
  return text.split('\n');
}

describe.each(['system', 'user'])('the units for a %s', (SCOPE) => {
  test.each([{}, ofKitchen])('have no placeholder left, and an optional line leaves no empty one %#', (changes) => {
    const all = { ...settings, SCOPE, ...changes, AGENT_MOUNTS: 'BindPaths=/srv/documents' };
    for (const [name, text] of renderUnits(templates, all)) {
      expect(text, name).not.toMatch(/@[A-Z_]+@/);
      expect(text, name).not.toContain('\n\n\n');
      expect(text, name).toMatch(/[^\n]\n$/);
    }
  });
});

test('agents have units where there are any', () => {
  expect([...renderUnits(templates, settings).keys()]).toEqual(['claude-harness.socket', 'claude-harness.service']);
  const mounts = 'BindPaths=/srv/documents\nBindReadOnlyPaths=/srv/photos';
  const all = { ...settings, ...ofKitchen, AGENT_MOUNTS: mounts };
  expect([...renderUnits(templates, all).keys()].slice(2)).toEqual([
    'claude-harness-agents@kitchen.socket',
    'claude-harness-agents@kitchen.service',
  ]);
  const agents = linesOf('claude-harness-agents@kitchen.service', all);
  expect(agents).toEqual(expect.arrayContaining(mounts.split('\n')));
  expect(agents).toContain('InaccessiblePaths=-/var/lib/claude-harness');
  expect(agents).toContain('TemporaryFileSystem=/etc/claude-harness-instances:ro');
  expect(agents).toContain('BindPaths=/var/lib/claude-harness-instances/kitchen/agents');
});

test.each(['system', 'user'])('the allocator of a %s unit is what benches measure the program with', (SCOPE) => {
  const { MALLOC_ARENA_MAX } = builtProgram([], { home: '/home/owner' }).env;
  const all = { SCOPE, AGENT_MOUNTS: 'BindPaths=/srv/documents' };
  for (const unit of ['claude-harness.service', 'claude-harness-agents.service']) {
    expect(linesOf(unit, all)).toContain(`Environment=MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX}`);
  }
});

test('a stored token is a credential', () => {
  const line = 'LoadCredential=claude-token:/etc/claude-harness/claude-token';
  expect(linesOf('claude-harness.service')).not.toContain(line);
  expect(linesOf('claude-harness.service', { LOGIN: 'token' })).toContain(line);
});

test('a home elsewhere is hidden as those in /home are', () => {
  expect(linesOf('claude-harness.service').join('\n')).not.toContain('TemporaryFileSystem=/home');
  const lines = linesOf('claude-harness.service', { HOME_FOLDER: '/srv/owner', LOGIN_FOLDER: '/srv/owner/.claude' });
  expect(lines).toContain('TemporaryFileSystem=/srv/owner:ro');
});

test('of a home is seen what the service needs: the versions of the CLI, and a folder of packages', () => {
  const home = temporaryDir();
  mkdirSync(join(home, '.local/bin'), { recursive: true });
  mkdirSync(join(home, '.local/share/claude/versions'), { recursive: true });
  writeFileSync(join(home, '.local/share/claude/versions/2'), '');
  const link = join(home, '.local/bin/claude');
  symlinkSync('../share/claude/versions/2', link);
  const lines = linesOf('claude-harness.service', {
    HOME_FOLDER: home,
    LOGIN_FOLDER: `${home}/.claude`,
    CLAUDE: link,
    NODE: `${home}/.nvm/lib/node_modules/node/bin/node`,
  });
  expect(lines.filter((line) => line.startsWith('BindReadOnlyPaths='))).toEqual([
    `BindReadOnlyPaths=-${home}/.local/bin`,
    `BindReadOnlyPaths=-${home}/.local/share/claude`,
    `BindReadOnlyPaths=-${home}/.nvm/lib/node_modules`,
  ]);
});

test('the script that other releases call renders the same, from its variables', () => {
  const folder = temporaryDir();
  const { INSTANCE, LOGIN_FOLDER, STATE_FOLDER, AGENTS_STATE_FOLDER, ...older } = settings;
  expect([INSTANCE, LOGIN_FOLDER, STATE_FOLDER, AGENTS_STATE_FOLDER]).not.toContain(undefined);
  execFileSync(join(root, 'deploy/render-units.sh'), [folder], {
    env: { PATH: process.env['PATH'], ...older, NODE: process.execPath },
  });
  const expected = renderUnits(templates, { ...settings, NODE: process.execPath });
  expect(readdirSync(folder).sort()).toEqual([...expected.keys()].sort());
  for (const [name, text] of expected) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
});
