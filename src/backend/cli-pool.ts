import type { RateLimitInfo } from '../admission/plan-report.ts';
import { chatArguments } from '../cli/arguments.ts';
import type { CheckedCli } from '../cli/contract/checked-cli.ts';
import type { Installation } from '../cli/installation.ts';
import type { AbilitiesOf } from '../cli/abilities.ts';
import { Pool } from '../cli/pool/pool.ts';
import { ReuseRule } from '../cli/pool/reuse-rule.ts';
import type { SpawnGate } from '../cli/pool/spawn-gate.ts';
import { Worker } from '../cli/pool/worker.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';
import { errorLogArguments, errorLogIn } from '../process/error-log.ts';
import type { ProcessFolders } from '../process/process-folders.ts';

/** A login's part of the processes that wait in the whole service. */
export interface PoolShare {
  /** Of `pool.max_warm`. */
  maxWarm: () => number;
  /** Whether a process of the default model is kept ready, though nobody has asked for one. */
  keepsDefault: () => boolean;
}

export interface CliPoolOptions {
  config: Config;
  reuse: ReuseRule;
  installation: Installation;
  /** Says which CLI may serve; all may when absent. */
  checked: CheckedCli | undefined;
  folders: ProcessFolders;
  /** Called with what the CLI says of the plan's windows, which it does after an answer. */
  onRateLimit: (info: RateLimitInfo) => void;
  /** The environment that the CLI gets. */
  env: Record<string, string>;
  /** For the starts of all pools. */
  gate: SpawnGate;
  /** Absent where there is no other pool. */
  share: PoolShare | undefined;
  log: Logger;
  /** For lengths of time, in ms. */
  ticks: () => number;
}

/** Whether the processes of a pool serve many turns, as it is configured. A process that is fed keeps its settings. */
export function createReuseRule({ claude, pool }: Config, abilities: AbilitiesOf, log: Logger): ReuseRule {
  return new ReuseRule({ enabled: pool.reuse && claude.prompt === 'exact', abilities, log });
}

/** The pool of chat processes, as it is configured. */
export function createCliPool(options: CliPoolOptions): Pool {
  const { config, log, ticks, share, gate } = options;
  const { pool } = config;
  const onPreamble = warnOnce(options);
  return new Pool({
    launch: (model) => launchWorker(model, options, onPreamble),
    defaultModel: () => config.models.default,
    warmPerModel: pool.warm_per_model,
    get maxWarm() {
      return share === undefined ? pool.max_warm : share.maxWarm();
    },
    ...(share !== undefined && { keepsDefault: share.keepsDefault }),
    idleAfterMs: pool.idle_after,
    maxAgeMs: pool.max_age,
    reuse: options.reuse,
    maxTurns: pool.max_turns,
    maxMemoryBytes: pool.max_memory,
    maxSpawning: pool.max_spawning,
    gate,
    now: ticks,
    log,
  });
}

/** Throws `CLI_MISSING`, or `CLI_FAILED` where it has no folder to work in or is not served. */
function launchWorker(model: string, options: CliPoolOptions, onPreamble: (line: string) => void): Worker {
  const { config, installation, checked, folders, env, log, ticks, onRateLimit } = options;
  const path = installation.path();
  const admitted = checked?.admit(path);
  const own = folders.prepare();
  return new Worker(model, ticks(), {
    path,
    args: [...chatArguments(model), ...errorLogArguments(errorLogIn(own.tmpDir))],
    env,
    ...own,
    startTimeoutMs: config.pool.start_timeout,
    ...(admitted !== undefined && { admitted }),
    onPreamble,
    onMessage: (message) => {
      if (message.type === 'rate_limit_event') onRateLimit(message.rate_limit_info);
    },
    onStderr: (text) => {
      log.debug('claude stderr', { text: config.logging.content ? text : `${text.length} characters` });
    },
  });
}

/** A wrapper prints its lines at every start. */
function warnOnce({ log, installation }: CliPoolOptions): (line: string) => void {
  let hasWarned = false;
  return (line) => {
    if (!hasWarned) {
      const message =
        'what runs claude prints text before its answers, which is skipped; claude.path can name claude itself';
      log.warn(message, { path: installation.path(), line: line.slice(0, 200) });
    }
    hasWarned = true;
  };
}
