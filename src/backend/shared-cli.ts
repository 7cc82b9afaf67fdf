import type { TurnQueue } from '../admission/turn-queue.ts';
import { allAbilities, type AbilitiesOf } from '../cli/abilities.ts';
import type { StartApiDouble } from '../cli/contract/api-double.ts';
import { checkCli } from '../cli/contract/check-cli.ts';
import { CheckedCli } from '../cli/contract/checked-cli.ts';
import { Installation } from '../cli/installation.ts';
import { ModelCatalog } from '../cli/model-catalog.ts';
import type { Pool } from '../cli/pool/pool.ts';
import type { ReuseRule } from '../cli/pool/reuse-rule.ts';
import { SpawnGate } from '../cli/pool/spawn-gate.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';
import type { VerdictStore } from '../core/verdict-store.ts';
import type { ModelNames } from '../messages-api/model-names.ts';
import { ownEnvironment } from '../process/environment.ts';
import { ProcessFolders } from '../process/process-folders.ts';
import { defaultWorkspace } from '../process/workspace.ts';
import { createReuseRule } from './cli-pool.ts';
import { createTurnQueue } from './turn-queue.ts';

export interface SharedCliOptions {
  config: Config;
  log: Logger;
  /** How the names of the configuration stand for models. */
  names: ModelNames;
  /** What a new version of the CLI is checked with, and where the verdict on it is kept. */
  startApi: StartApiDouble;
  verdicts: VerdictStore;
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  ticks: () => number;
}

/** What there is once, however many logins the installed CLI has. */
export interface SharedCli {
  installation: Installation;
  /** Absent where every version is trusted. */
  checked: CheckedCli | undefined;
  folders: ProcessFolders;
  abilities: AbilitiesOf;
  reuse: ReuseRule;
  queue: TurnQueue;
  gate: SpawnGate;
  /** Plans differ in what they list, but a model has the same traits in each. */
  catalog: ModelCatalog;
  /** One for each login, which whoever creates it adds. */
  pools: Pool[];
}

/** `env`: where the CLI is looked for, and asked for its version. */
export function createSharedCli(options: SharedCliOptions, env: Record<string, string>): SharedCli {
  const { config, log, names } = options;
  const { claude, models, pool } = config;
  const installation = new Installation({ env, ...(claude.path === undefined ? {} : { configured: claude.path }) });
  const folders = new ProcessFolders(claude.workspace ?? defaultWorkspace(ownEnvironment()));
  const pools: Pool[] = [];
  const checked = claude.check ? createCheckedCli(options, env, installation, pools) : undefined;
  const abilities: AbilitiesOf = checked === undefined ? allAbilities : () => checked.abilities;
  return {
    ...{ installation, checked, folders, abilities, pools },
    reuse: createReuseRule(config, abilities, log),
    queue: createTurnQueue(config),
    gate: new SpawnGate(pool.max_spawning),
    catalog: new ModelCatalog(names, () => models.default),
  };
}

function createCheckedCli(
  { startApi, verdicts, log, ticks }: SharedCliOptions,
  env: Record<string, string>,
  installation: Installation,
  pools: readonly Pool[],
): CheckedCli {
  return new CheckedCli({
    check: (path, signal) => checkCli({ path, searchPath: env['PATH'], startApi, signal }),
    readVersion: () => installation.readVersion(),
    store: verdicts,
    retire: (isUnfit) => {
      for (const pool of pools) pool.retire(isUnfit);
    },
    log,
    ticks,
  });
}
