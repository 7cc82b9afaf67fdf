import { chatArguments } from '../cli/arguments.ts';
import type { Installation } from '../cli/installation.ts';
import { Pool } from '../cli/pool/pool.ts';
import { Worker } from '../cli/pool/worker.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';
import type { ProcessFolders } from '../process/process-folders.ts';

export interface CliPoolOptions {
  config: Config;
  installation: Installation;
  folders: ProcessFolders;
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  log: Logger;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** The pool of chat processes, as it is configured. */
export function createCliPool(options: CliPoolOptions): Pool {
  const { config, log, ticks } = options;
  const { pool } = config;
  return new Pool({
    launch: (model) => launchWorker(model, options),
    defaultModel: config.models.default,
    warmPerModel: pool.warm_per_model,
    maxWarm: pool.max_warm,
    idleAfterMs: pool.idle_after,
    maxAgeMs: pool.max_age,
    maxSpawning: pool.max_spawning,
    now: ticks,
    log,
  });
}

/** Throws `CLI_MISSING`, or `CLI_FAILED` where it has no folder to work in. */
function launchWorker(model: string, { config, installation, folders, env, log, ticks }: CliPoolOptions): Worker {
  const path = installation.path();
  return new Worker(model, ticks(), {
    path,
    args: chatArguments(model),
    env,
    ...folders.prepare(),
    startTimeoutMs: config.pool.start_timeout,
    onStderr: (text) => {
      log.debug('claude stderr', { text: config.logging.content ? text : `${text.length} characters` });
    },
  });
}
