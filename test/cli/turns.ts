import { onTestFinished } from 'vitest';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import { allAbilities } from '../../src/cli/abilities.ts';
import { Login, type LoginStatus } from '../../src/admission/login.ts';
import { PlanLimits } from '../../src/admission/plan-limits.ts';
import { Pool, type PoolOptions } from '../../src/cli/pool/pool.ts';
import { TurnQueue } from '../../src/admission/turn-queue.ts';
import { ReuseRule } from '../../src/cli/pool/reuse-rule.ts';
import { Worker } from '../../src/cli/pool/worker.ts';
import { ProcessFolders } from '../../src/process/process-folders.ts';
import { ModelCatalog } from '../../src/cli/model-catalog.ts';
import { createRunTurn, type RunTurnOptions } from '../../src/cli/turn/run-turn.ts';
import type { TokenCounterOptions } from '../../src/cli/count-tokens.ts';
import type { TurnRules } from '../../src/core/turn-rules.ts';
import type { CliMessage } from '../../src/process/stream-messages.ts';
import { env, fixtureCli, temporaryDir } from '../process/fixture.ts';
import { hello, never } from '../support/hello.ts';
import { memoryLog } from '../support/memory-log.ts';
import { collect } from '../turn/collect.ts';

export interface TurnsOptions extends Omit<Partial<RunTurnOptions>, 'queue' | 'rules'>, Partial<TurnRules> {
  /** What `claude auth status` says. */
  status?: LoginStatus;
  concurrentTurns?: number;
  /** Changes to the pool, in which each process serves one turn. */
  reuse?: Partial<PoolOptions>;
}

/** The engine, with a fixture for a CLI and no process kept warm. */
export function turnsWith(
  fixture: string,
  args: string[],
  { status, concurrentTurns, reuse, ...others }: TurnsOptions = {},
) {
  const { defaultEffort = 'none', turnTimeoutMs = 5000, idleTimeoutMs = 5000, ...changes } = others;
  const log = memoryLog();
  const launched: Worker[] = [];
  const onMessage = (message: CliMessage): void => {
    if (message.type === 'rate_limit_event') planLimits.note(message.rate_limit_info);
  };
  const folders = new ProcessFolders(temporaryDir());
  const pool = new Pool({
    launch(model) {
      const path = fixtureCli(fixture);
      const options = { path, args, env, ...folders.prepare(), startTimeoutMs: 5000, onMessage };
      const worker = new Worker(model, Date.now(), options);
      launched.push(worker);
      return worker;
    },
    defaultModel: () => 'haiku',
    warmPerModel: 0,
    maxWarm: 0,
    idleAfterMs: 60_000,
    maxAgeMs: 60_000,
    maxSpawning: 2,
    reuse: new ReuseRule({ enabled: false, abilities: allAbilities, log }),
    maxTurns: 200,
    maxMemoryBytes: 2 ** 30,
    now: Date.now,
    log,
    ...reuse,
  });
  onTestFinished(async () => {
    await pool.stop();
    await folders.remove();
  });
  const versions: string[] = [];
  // Long before anything that was recorded.
  const planLimits = new PlanLimits(() => 1_700_000_000_000);
  const options: RunTurnOptions & Pick<TokenCounterOptions, 'queue'> = {
    catalog: new ModelCatalog({ aliases: { mine: 'haiku' } }, () => 'haiku'),
    login: new Login({
      ask: () => Promise.resolve(status ?? { state: 'unknown' }),
      remedy: 'log in',
      log,
      now: Date.now,
    }),
    planLimits,
    queue: new TurnQueue({ concurrentTurns: concurrentTurns ?? 1, queueSize: 4, queueTimeoutMs: 5000 }),
    pool,
    abilities: allAbilities,
    prompt: 'exact',
    share: 'everyone',
    cacheMark: { type: 'ephemeral' },
    rules: { defaultEffort, turnTimeoutMs, idleTimeoutMs },
    onCliVersion: (version) => versions.push(version),
    ...changes,
  };
  const runTurn = createRunTurn(options);
  return {
    ...options,
    log,
    launched,
    versions,
    runTurn,
    run: (conversation = hello, turn: Partial<TurnOptions> = {}, signal = never) =>
      collect(runTurn(conversation, { model: 'haiku', ...turn }, signal)),
  };
}
