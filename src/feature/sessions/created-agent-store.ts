import type { AgentDefinition } from '../../core/agent-definition.ts';
import { memoizePerConnection, type StateDatabase } from '../../state/database.ts';
import type { StateFile } from '../../state/state-file.ts';
import { promised } from '../../util/promised.ts';

/** Times are in milliseconds since the epoch. */
export interface StoredDefinition {
  id: string;
  version: number;
  /** Of this version, and of the first one. */
  createdAt: number;
  firstAt: number;
  archivedAt: number | null;
  definition: AgentDefinition;
}

/** Where agents that were created over the API are kept. Each method rejects with a HarnessError (INTERNAL) when it can't be used. */
export interface CreatedAgentStore {
  create(id: string, definition: AgentDefinition, at: number): Promise<void>;
  /** Adds the version after `previous`. False, and nothing happens, where that is not the newest, or the agent is archived. */
  add(id: string, previous: number, definition: AgentDefinition, at: number): Promise<boolean>;
  /** Once archived, an agent stays so. */
  archive(id: string, at: number): Promise<void>;
  /** The newest version by default. */
  find(id: string, version?: number): Promise<StoredDefinition | undefined>;
  /** All versions, the newest first. */
  versions(id: string): Promise<readonly StoredDefinition[]>;
  /** The newest version of each agent, the oldest agent first. */
  list(): Promise<readonly StoredDefinition[]>;
}

interface Row extends Omit<StoredDefinition, 'definition'> {
  definition: string;
}

export function createCreatedAgentStore(stateFile: StateFile): CreatedAgentStore {
  const statements = memoizePerConnection(prepareStatements);
  const read = (work: (statement: ReturnType<typeof prepareStatements>) => unknown[]) =>
    promised(() => (stateFile.read((database) => work(statements(database))) as Row[]).map(fromRow));

  return {
    create: (id, definition, at) =>
      promised(() => {
        stateFile.write((database) => {
          statements(database).create.run(id, at);
          statements(database).first.run(id, at, JSON.stringify(definition));
        });
      }),
    add: (id, previous, definition, at) =>
      promised(() =>
        stateFile.write((database) => {
          const { changes } = statements(database).add.run({
            id,
            previous,
            at,
            definition: JSON.stringify(definition),
          });
          return changes > 0;
        }),
      ),
    archive: (id, at) =>
      promised(() => {
        stateFile.write((database) => {
          statements(database).archive.run(at, id);
        });
      }),
    find: async (id, version) => (await read(({ find }) => find.all({ id, version: version ?? null })))[0],
    versions: (id) => read(({ versions }) => versions.all(id)),
    list: () => read(({ list }) => list.all()),
  };
}

function fromRow({ definition, ...row }: Row): StoredDefinition {
  return { ...row, definition: JSON.parse(definition) as AgentDefinition };
}

function prepareStatements(database: StateDatabase) {
  const versions = `SELECT id, version, created_agent_versions.created_at AS createdAt,
      created_agents.created_at AS firstAt, archived_at AS archivedAt, definition
    FROM created_agents JOIN created_agent_versions ON agent_id = id`;
  const newest = 'SELECT max(version) FROM created_agent_versions WHERE agent_id = id';
  return {
    create: database.prepare('INSERT INTO created_agents VALUES (?, ?, NULL)'),
    first: database.prepare('INSERT INTO created_agent_versions VALUES (?, 1, ?, ?)'),
    add: database.prepare(
      `INSERT INTO created_agent_versions SELECT id, @previous + 1, @at, @definition FROM created_agents
       WHERE id = @id AND archived_at IS NULL AND (${newest}) = @previous`,
    ),
    archive: database.prepare('UPDATE created_agents SET archived_at = coalesce(archived_at, ?) WHERE id = ?'),
    find: database.prepare(`${versions} WHERE id = @id AND version = coalesce(@version, (${newest}))`),
    versions: database.prepare(`${versions} WHERE id = ? ORDER BY version DESC`),
    list: database.prepare(`${versions} WHERE version = (${newest}) ORDER BY firstAt, id`),
  };
}
