import { randomUUID } from 'node:crypto';
import type { Express } from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Backend, RunTurn } from '../../src/core/backend.ts';
import type { DialectSettings } from '../../src/core/endpoint.ts';
import type { HealthReport } from '../../src/core/health.ts';
import type { AccessToken } from '../../src/core/role.ts';
import type { TurnEvent, Usage } from '../../src/core/turn-event.ts';
import { without } from '../../src/core/without.ts';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { Journal } from '../../src/exchange/journal.ts';
import { RunningTurns } from '../../src/exchange/running-turns.ts';
import { Responses } from '../../src/feature/responses/responses.ts';
import { createApp, type AppOptions } from '../../src/http/app.ts';
import { noTotals } from '../support/batches/no-totals.ts';
import { memoryJobs } from '../support/memory-jobs.ts';
import { testMetrics } from '../support/test-metrics.ts';
import { RequestCounter } from '../../src/observe/request-counter.ts';
import { turnLog } from '../../src/observe/turn-log.ts';
import { MemoryBatches } from '../support/batches/memory-batches.ts';
import { numbered } from '../support/block-ids.ts';
import { fakeOwner } from '../support/fake-owner.ts';
import { memoryAccess } from '../support/memory-access.ts';
import { memoryCache } from '../support/memory-cache.ts';
import { mapStore, soleService } from '../support/map-store.ts';
import { StoredFileContents } from '../../src/feature/file-contents/file-contents.ts';
import { memoryConversations } from '../support/memory-conversations.ts';
import { memoryCounts } from '../support/memory-counts.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { memoryPlan } from '../support/memory-plan.ts';
import { memoryLog, type MemoryLog } from '../support/memory-log.ts';

export interface TestApp {
  app: Express;
  log: MemoryLog;
  active: ActiveWork;
  watching: ActiveWork;
}

/** What tests look at of a response. */
export interface Reply {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  body: unknown;
}

export const usage: Usage = {
  inputTokens: 10,
  cacheReadTokens: 5,
  cacheCreationTokens: 3,
  outputTokens: 7,
  thinkingTokens: 2,
};

export const chat = { model: 'haiku', messages: [{ role: 'user', content: 'Hello' }] };

/** What can be asked of a service besides turns. */
type Status = Omit<Backend, 'run'> & { health(): HealthReport };

/** What of an app's options a test wants otherwise, in short. */
export interface TestChanges
  extends Partial<Omit<AppOptions, 'direct' | 'settings' | 'tokens'>>, Partial<DialectSettings> {
  tokens?: readonly AccessToken[];
  status?: Status;
  /** Tokens without a name, all of clients. */
  tokenHashes?: readonly string[];
  direct?: { runTurn: RunTurn; status: Status; readiness: Backend['readiness']; turns: DirectTurns };
}

type DirectTurns = NonNullable<AppOptions['direct']>['turns'];

/** An app whose turns are answered by `runTurn`, with the options of a default configuration. */
export function testApp(runTurn: RunTurn = answerWith('Hi'), changes: TestChanges = {}): TestApp {
  const log = memoryLog();
  const active = new ActiveWork();
  const watching = new ActiveWork();
  const metrics = testMetrics();
  const requests = new RequestCounter({ store: memoryCounts(), log, now: Date.now });
  const {
    status = statusOf(),
    direct,
    defaultModel,
    unsupportedParams,
    maxChoices,
    showReasoning,
    planLimitStatus,
    tokenHashes = [],
    access = memoryAccess(log),
    cache = memoryCache(),
    files = memoryFiles(),
    plan = memoryPlan(),
    budgets = { admit: () => undefined, uses: () => [] },
    ...rest
  } = changes;
  const tokens: readonly AccessToken[] = changes.tokens ?? tokenHashes.map((hash) => ({ hash, role: 'client' }));
  const app = createApp({
    backend: { ...status, run: runTurn },
    health: () => status.health(),
    active,
    watching,
    conversations: memoryConversations(),
    fileContents: new StoredFileContents(files),
    batches: new MemoryBatches(),
    batchesState: () => Promise.resolve({ totals: noTotals, running: 0 }),
    jobs: memoryJobs(),
    responses: new Responses({ ...soleService, store: mapStore(), beginWork: () => active.begin(), log }),
    journal: new Journal([turnLog(log), metrics.sink, requests.sink, access.log.sink], log),
    running: new RunningTurns(),
    log,
    metrics,
    requests,
    access,
    owner: fakeOwner(),
    cache,
    files,
    plan,
    budgets,
    usesPlan: () => true,
    newId: () => randomUUID().replaceAll('-', ''),
    now: Date.now,
    settings: {
      defaultModel: defaultModel ?? 'sonnet',
      unsupportedParams: unsupportedParams ?? 'ignore',
      maxChoices: maxChoices ?? 4,
      planLimitStatus: planLimitStatus ?? 429,
      showReasoning: showReasoning ?? true,
    },
    tokens: () => tokens,
    allowedHosts: [],
    corsOrigins: [],
    bodyLimitBytes: 1024 * 1024,
    silenceMs: 10_000,
    ...without(rest, 'tokens'),
    ...(direct !== undefined && {
      direct: { ...direct.status, run: direct.runTurn, readiness: direct.readiness, turns: direct.turns },
    }),
  });
  return { app, log, active, watching };
}

export function statusOf(changes: Partial<Status> = {}): Status {
  return {
    readiness: () => ({ ready: true }),
    health: () => ({
      uptimeSeconds: 5,
      version: '1.2.3',
      cli: { path: '/usr/bin/claude', version: '2.1.197' },
      activeTurns: 1,
      queuedTurns: 2,
      warmProcesses: 3,
      canSignIn: true,
    }),
    models: () =>
      Promise.resolve([
        { id: 'haiku', efforts: [] },
        { id: 'a/b', efforts: [] },
      ]),
    countTokens: () => Promise.resolve({ inputTokens: 42 }),
    servedBy: (model) => ({ backend: 'cli', model, version: '2.1.197' }),
    ...changes,
  };
}

/** A turn that is answered at once, the texts being the deltas of one block. */
export function answerWith(...texts: string[]): RunTurn {
  return yielding(...eventsOf(texts));
}

/** A turn that fails, after it has said `texts`. */
export function failWith(error: Error, ...texts: string[]): RunTurn {
  return async function* () {
    // Neither the end of the block nor of the answer comes.
    if (texts.length > 0) yield* eventsOf(texts).slice(0, -2);
    await Promise.reject(error);
  };
}

export const start: TurnEvent = { type: 'start', model: 'claude-haiku-4-5', usage };
export const restart: TurnEvent = { ...start, type: 'restart' };
export const end = { type: 'end', stopReason: 'end_turn', usage } satisfies TurnEvent;

export function eventsOf(texts: readonly string[]): TurnEvent[] {
  return [
    start,
    { type: 'block_start', id: 0, block: { type: 'text' } },
    ...texts.map((text) => ({ type: 'text' as const, id: 0, text })),
    { type: 'block_stop', id: 0 },
    end,
  ];
}

/** A turn that gives these events, whose blocks get ids. */
export function yielding(...events: TurnEvent[]): RunTurn {
  return async function* () {
    await Promise.resolve();
    yield* numbered(events);
  };
}

export interface Listening {
  server: Server;
  port: number;
  url: string;
  close: () => Promise<void>;
}

/** For tests that need a connection of their own. */
export async function listen(app: Express): Promise<Listening> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
