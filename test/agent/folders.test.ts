import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveWorkspaces, withRealPaths } from '../../src/agent/folders.ts';
import type { WorkspaceFolder } from '../../src/core/agent.ts';
import { createFolder } from '../config/config-folder.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(createFolder());
  for (const name of ['a', 'ab', 'home/docs', 'state/x', 'a/sub']) mkdirSync(join(root, name), { recursive: true });
});

function resolve(...folders: (string | WorkspaceFolder)[]) {
  const [first = 'a', ...others] = folders;
  const toFolder = (folder: string | WorkspaceFolder): WorkspaceFolder =>
    typeof folder === 'string'
      ? { path: join(root, folder), mode: 'rw' }
      : { ...folder, path: join(root, folder.path) };
  const places = [
    { path: join(root, 'home'), what: 'the home folder', within: false },
    { path: join(root, 'state'), what: 'the state folder', within: true },
  ];
  const workspaces = [toFolder(first), ...others.map(toFolder)] as const;
  return resolveWorkspaces({ name: 'tidy', workspaces }, withRealPaths(places)).map(({ path }) =>
    path.slice(root.length + 1),
  );
}

describe('a workspace', () => {
  it('is resolved', () => {
    symlinkSync(join(root, 'a'), join(root, 'link'));
    expect(resolve('link/sub', 'home/docs', 'ab')).toEqual(['a/sub', 'home/docs', 'ab']);
  });

  it.each([
    ['missing', 'does not exist, or cannot be reached'],
    ['file', 'is not a folder'],
    ['home', 'gives access to the home folder'],
    ['to-home', 'gives access to the home folder'],
    ['', 'gives access to the home folder'],
    ['state', 'gives access to the state folder'],
    ['state/x', 'gives access to the state folder'],
    ['a/to-state', 'gives access to the state folder'],
    ['to-root', 'is a link to /'],
    ['to-strange', 'is, or links to, a path with special characters'],
    ['dangling', 'does not exist, or cannot be reached'],
  ])('named %s is refused: it %s', (name, problem) => {
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(root, 'b*'));
    symlinkSync(join(root, 'home'), join(root, 'to-home'));
    symlinkSync(join(root, 'state/x'), join(root, 'a/to-state'));
    symlinkSync('/', join(root, 'to-root'));
    symlinkSync(join(root, 'b*'), join(root, 'to-strange'));
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    expect(() => resolve(name)).toThrow(
      expect.objectContaining({
        code: 'AGENT_UNAVAILABLE',
        message: `The agent tidy cannot work in ${join(root, name)}, which ${problem}; on the server, correct the folder or agents.tidy.workspaces.`,
      }) as Error,
    );
  });

  it('is refused where the protected place is a link to it', () => {
    mkdirSync(join(root, 'real-state'));
    symlinkSync(join(root, 'real-state'), join(root, 'state-link'));
    const places = withRealPaths([{ path: join(root, 'state-link'), what: 'the state folder', within: true }]);
    const workspaces = [{ path: join(root, 'real-state'), mode: 'rw' }] as const;
    expect(() => resolveWorkspaces({ name: 'tidy', workspaces }, places)).toThrow(/gives access to the state folder/);
  });

  it('that a client chose lies in its workspace, also when somebody has replaced it by a link', () => {
    const chosen = (path: string): WorkspaceFolder => ({ path, mode: 'rw', within: join(root, 'a') });
    expect(resolve(chosen('a/sub'))).toEqual(['a/sub']);
    symlinkSync(join(root, 'ab'), join(root, 'a', 'moved'));
    expect(() => resolve(chosen('a/moved'))).toThrow(`does not lie in ${root}/a`);
    expect(() => resolve(chosen('ab'))).toThrow('does not lie in');
  });

  it('may be read-only in a writable one, but not the other way round', () => {
    expect(resolve('a', { path: 'a/sub', mode: 'ro' })).toEqual(['a', 'a/sub']);
    expect(() => resolve({ path: 'a', mode: 'ro' }, 'a/sub')).toThrow(/lies in a read-only workspace/);
    expect(resolve({ path: 'a', mode: 'ro' }, 'ab')).toEqual(['a', 'ab']);
  });
});
