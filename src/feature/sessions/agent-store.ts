import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

export interface StoredAgentVersion {
  name: string;
  version: number;
  /** In milliseconds since the epoch. */
  createdAt: number;
  /** JSON of the profile without its tokens. */
  profile: string;
}

/** Where the versions of agents are kept. Each method rejects with a HarnessError (INTERNAL) when it can't be used. */
export interface AgentStore {
  /** Adds a version unless the newest one has this profile; gives the newest one. */
  add(name: string, profile: string, at: number): Promise<StoredAgentVersion>;
  find(name: string, version: number): Promise<StoredAgentVersion | undefined>;
  /** All versions of an agent, the newest first. */
  list(name: string): Promise<readonly StoredAgentVersion[]>;
}

export function createAgentStore(stateFile: StateFile): AgentStore {
  const statements = memoizePerConnection(prepareStatements);

  const list = (database: StateDatabase, name: string): readonly StoredAgentVersion[] =>
    statements(database).list.all(name) as StoredAgentVersion[];

  function add(database: StateDatabase, name: string, profile: string, createdAt: number): StoredAgentVersion {
    const newest = list(database, name)[0];
    if (newest?.profile === profile) return newest;
    const added = { name, version: (newest?.version ?? 0) + 1, createdAt, profile };
    statements(database).add.run(added);
    return added;
  }

  return {
    add: (name, profile, at) => promised(() => stateFile.write((database) => add(database, name, profile, at))),
    find: (name, version) =>
      promised(() =>
        stateFile.read((database) => statements(database).find.get(name, version) as StoredAgentVersion | undefined),
      ),
    list: (name) => promised(() => stateFile.read((database) => list(database, name))),
  };
}

function prepareStatements(database: StateDatabase) {
  const columns = 'name, version, created_at AS createdAt, profile';
  return {
    add: database.prepare('INSERT INTO agent_versions VALUES (@name, @version, @createdAt, @profile)'),
    find: database.prepare(`SELECT ${columns} FROM agent_versions WHERE name = ? AND version = ?`),
    list: database.prepare(`SELECT ${columns} FROM agent_versions WHERE name = ? ORDER BY version DESC`),
  };
}
