import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { containsPath, type ProtectedPath, protectedBy } from '../../core/protected-paths.ts';
import { stateFolder } from '../../util/state-folder.ts';
import { filesFolder } from '../files-folder.ts';
import type { Environment } from '../find-file.ts';
import type { Config } from '../schema.ts';
import { writtenProfiles } from './written-profiles.ts';

export interface ConfigPlace {
  env: Environment;
  /** The config file that was read. */
  file: string | undefined;
}

/** Where no agent may work: what the service and the CLI keep for themselves. Links on the way are not resolved. */
export function protectedPaths(config: Config, { env, file }: ConfigPlace): ProtectedPath[] {
  const { claude, state, tunnel } = config;
  const folder = stateFolder(env);
  const files = filesFolder(config, state.path === undefined ? folder : dirname(state.path));
  const home = claude.env['HOME'] ?? env['HOME'] ?? homedir();
  const cliFolder = claude.env['CLAUDE_CONFIG_DIR'] ?? env['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude');
  const places: ProtectedPath[] = [
    { path: home, what: 'the home folder', within: false },
    { path: cliFolder, what: "the folder of the claude program's login", within: true },
    ...loginPaths(claude.logins),
    { path: `${home}/.claude.json`, what: "the file of the claude program's settings", within: true },
    { path: folder, what: "the service's state folder", within: true },
    ...(state.path === undefined ? [] : stateFiles(state.path)),
    ...(containsPath(folder, files) ? [] : [{ path: files, what: "the folder of clients' files", within: true }]),
    ...(file === undefined ? [] : [{ path: file, what: 'the config file', within: true }]),
    ...(claude.path === undefined ? [] : [{ path: claude.path, what: 'the claude program', within: true }]),
    ...[tunnel.token_file, tunnel.ssh_key].flatMap((path) =>
      path === undefined ? [] : [{ path, what: 'a secret of the tunnel', within: true }],
    ),
  ];
  return places.map((place) => ({ ...place, path: resolve(place.path) }));
}

/** The folders and files of further logins. */
function loginPaths(logins: Config['claude']['logins']): ProtectedPath[] {
  return logins.flatMap(({ name, config_dir: folder, token_file: file }) => [
    ...(folder === undefined ? [] : [{ path: folder, what: `the folder of the login ${name}`, within: true }]),
    ...(file === undefined ? [] : [{ path: file, what: `the token of the login ${name}`, within: true }]),
  ]);
}

/** SQLite keeps what is new in files of its own beside the first. */
function stateFiles(path: string): ProtectedPath[] {
  return ['', '-wal', '-shm'].map((end) => ({ path: `${path}${end}`, what: 'the state file', within: true }));
}

interface MisplacedWorkspace {
  /** Such as `['agents', 'tidy', 'workspaces', 0, 'path']`. */
  path: PropertyKey[];
  message: string;
}

/** The workspaces that would give an agent what is not its own, by their names alone. */
export function misplacedWorkspaces(config: Config, place: ConfigPlace): MisplacedWorkspace[] {
  const places = protectedPaths(config, place);
  return writtenProfiles(config.agents).flatMap(([name, { workspaces }]) =>
    workspaces.flatMap(({ path }, index) => {
      const found = protectedBy(resolve(path), places);
      if (found === undefined) return [];
      const message = `expected a folder apart from ${found.what} (${found.path}); name a folder of the agent's own`;
      return [{ path: ['agents', name, 'workspaces', index, 'path'], message }];
    }),
  );
}
