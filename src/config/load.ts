import { type ConfigPlace, misplacedWorkspaces } from './agents/protected-paths.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { deepFreeze } from './deep-freeze.ts';
import { describeIssue } from './describe-issue.ts';
import { readEnvironmentLayer } from './environment-layer.ts';
import { readFileLayer } from './file-layer.ts';
import { type Environment, findConfigFile } from './find-file.ts';
import { type ConfigFlags, readFlagLayer } from './flag-layer.ts';
import type { Assignment, ConfigSource, Layer } from './layer.ts';
import { chooseListenOrPort } from './listen-or-port.ts';
import { type Config, configSchema } from './schema.ts';

export interface LoadedConfig {
  config: Config;
  /** The source of each key that was set, by path such as `server.port`; a key at its default is absent. */
  sources: ReadonlyMap<string, ConfigSource>;
  /** The file that was read, if any. */
  file: string | undefined;
}

export interface LoadConfigOptions {
  /** `--config`; wins over CLAUDE_HARNESS_CONFIG. */
  configPath?: string | undefined;
  /** Usually `process.env`. */
  env: Environment;
  flags?: ConfigFlags;
  /** Path of the system's file. */
  systemConfigPath?: string;
}

/** Loads the configuration; flags override the environment, then the file, then the defaults. Throws `ConfigError`. */
export function loadConfig({
  configPath,
  env,
  flags = {},
  systemConfigPath = '/etc/claude-harness/harness.yaml',
}: LoadConfigOptions): LoadedConfig {
  const file = findConfigFile(configPath, env, systemConfigPath);
  const layers = [
    ...(file === undefined ? [] : [readFileLayer(file)]),
    readEnvironmentLayer(env),
    readFlagLayer(flags),
  ];
  const assigned = mergeLayers(layers);
  const problems = [...layers.flatMap((layer) => layer.problems), ...chooseListenOrPort(assigned)];
  const parsed = configSchema.safeParse(nest(assigned));
  for (const issue of parsed.error?.issues ?? []) {
    const assignment = assigned.get(issue.path.slice(0, 2).join('.')) ?? assigned.get(String(issue.path[0]));
    // Only assigned values can be wrong; anything else would be a bug in the schema.
    if (assignment === undefined) throw parsed.error ?? new Error(issue.message);
    problems.push(...describeIssue(issue, assignment));
  }
  if (!parsed.success) throw new ConfigError(problems);
  const config: Config = deepFreeze(parsed.data);
  problems.push(...misplaced(config, assigned, { env, file }));
  if (problems.length > 0) throw new ConfigError(problems);
  const sources = new Map([...assigned].map(([path, { source }]) => [path, source]));
  return { config, sources, file };
}

/** Only profiles are looked at, which the file alone assigns. */
function misplaced(config: Config, assigned: ReadonlyMap<string, Assignment>, place: ConfigPlace): ConfigProblem[] {
  return misplacedWorkspaces(config, place).map(({ path, message }) => {
    const [section, name, field, index, key] = path.map(String);
    const where = assigned.get(`${section}.${name}`)?.where(path) ?? place.file ?? '';
    return { where, path: `${section}.${name}.${field}[${index}].${key}`, message };
  });
}

/** The effective assignment of each key. Lists and maps are replaced as a whole, never merged. */
function mergeLayers(layers: readonly Layer[]): Map<string, Assignment> {
  const assigned = new Map<string, Assignment>();
  for (const assignment of layers.flatMap((layer) => layer.assignments)) {
    const { kind, optional, path } = assignment.key;
    const canBeUnset = optional || kind === 'list' || kind === 'map';
    if (assignment.value === null && canBeUnset) assigned.delete(path);
    else assigned.set(path, assignment);
  }
  return assigned;
}

function nest(assigned: ReadonlyMap<string, Assignment>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { key, value } of assigned.values()) {
    if (key.section === undefined) root[key.name] = value;
    else root[key.section] = { ...(root[key.section] as object | undefined), [key.name]: value };
  }
  return root;
}
