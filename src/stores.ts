import { dirname } from 'node:path';
import { clocks } from './clocks.ts';
import { loginNames } from './config/claude-login.ts';
import { filesFolder } from './config/files-folder.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './core/logger.ts';
import type { PriceOf } from './core/prices.ts';
import type { VerdictStore } from './core/verdict-store.ts';
import { AccessLog } from './feature/access/access-log.ts';
import { createAccessStore, type AccessStore } from './feature/access/access-store.ts';
import { createOwnSums } from './feature/access/own-sums.ts';
import { createPublishedSums } from './feature/access/published-sums.ts';
import { UsagePublisher } from './feature/access/usage-publisher.ts';
import { createUsageReader, type UsageReader } from './feature/access/usage-reader.ts';
import { createVerdictStore } from './feature/cli-verdicts/verdict-store.ts';
import { createConversationStore, type ConversationStore } from './feature/conversations/conversation-store.ts';
import { StoredFiles } from './feature/files/stored-files.ts';
import { KnownWindows } from './feature/plan-windows/known-windows.ts';
import { createSampleStore } from './feature/plan-windows/sample-store.ts';
import { createRequestCountStore } from './feature/request-counts/request-count-store.ts';
import { createCachedAnswerStore, type CachedAnswerStore } from './feature/response-cache/cached-answer-store.ts';
import { createResponseStore, type ResponseStore } from './feature/responses/response-store.ts';
import { RequestCounter } from './observe/request-counter.ts';
import { ownEnvironment } from './process/environment.ts';
import { machineName } from './state/machine-name.ts';
import { PostgresState } from './state/postgres/postgres-state.ts';
import { releaseSpace, type SharedState } from './state/shared-state.ts';
import { SqliteState } from './state/sqlite-state.ts';
import { StateFile } from './state/state-file.ts';
import { defaultStatePath } from './state/state-path.ts';
import { Sweep } from './state/sweep.ts';
import { newIdOf } from './util/new-id.ts';

/** What outlives the service. */
export interface Stores {
  /** Of this machine alone. */
  file: StateFile;
  /** Of all machines that have the same `state.url`; else the state file. */
  shared: SharedState;
  /** Of what is run later and may name files: shared where files are. */
  work: SharedState;
  responses: ResponseStore;
  conversations: ConversationStore;
  verdicts: VerdictStore;
  requests: RequestCounter;
  windows: KnownWindows;
  access: { log: AccessLog; store: AccessStore; usage: UsageReader };
  /** Absent where there is no database. */
  usagePublisher?: UsagePublisher;
  cachedAnswers: CachedAnswerStore;
  files: StoredFiles;
  sweep: Sweep;
}

/** How much space is returned in a step of the sweep. */
const pagesAtOnce = 2048;

/** The state file, the database if there is one, and all that is kept in them. Each is opened at its first use. */
export function openStores(config: Config, log: Logger, priceOf: PriceOf): Stores {
  const { now } = clocks;
  const path = config.state.path ?? defaultStatePath(ownEnvironment());
  const file = new StateFile({ path, log, now });
  const own = new SqliteState(file);
  const { url } = config.state;
  const shared = url === undefined ? own : new PostgresState({ url, log, now });
  const responses = createResponseStore(shared, { keepMs: config.responses.keep, now });
  const { keep, max: maxPerCaller } = config.conversations;
  const conversations = createConversationStore(shared, { keepMs: keep, maxPerCaller, now });
  const verdicts = createVerdictStore(file, now);
  const requests = new RequestCounter({ store: createRequestCountStore(file), log, now });
  const { keep: keepMs, max_rows: maxRows } = config.observe;
  const sharing = url === undefined ? undefined : shareUsage(config, file, shared, log);
  const store = createAccessStore(file, {
    ...{ keepMs, maxRows, now },
    ...(sharing !== undefined && { onGrown: sharing.usagePublisher.note }),
  });
  const access = {
    store,
    log: new AccessLog({ store, priceOf, isKept: keepMs > 0, log }),
    usage: createUsageReader(store, sharing),
  };
  const cachedAnswers = createCachedAnswerStore(file, { maxBytes: config.cache.max_size, now });
  const samples = createSampleStore(file, now);
  const logins = loginNames(config.claude);
  const windows = new KnownWindows({ store: samples, log, now, ...(logins !== undefined && { logins }) });
  const work = config.files.shared ? shared : own;
  const files = createFiles(config, path, work, log);
  // What may be elsewhere comes last: it may be out of reach. Responses also return the space of all that has gone where
  // they are.
  const prune = async (): Promise<boolean> => {
    const hasMoreRows = [store, samples, cachedAnswers].map((kept) => kept.prune()).includes(true);
    const hasMoreSpace = shared !== own && (await own.write(() => releaseSpace(pagesAtOnce)));
    const hasMoreFiles = await files.prune();
    const hasMoreConversations = await conversations.prune();
    const hasMoreResponses = await responses.prune();
    const hasMoreSums = (await sharing?.published.prune()) === true;
    return hasMoreRows || hasMoreSpace || hasMoreFiles || hasMoreConversations || hasMoreResponses || hasMoreSums;
  };
  const kept = { responses, conversations, verdicts, requests, windows, access, cachedAnswers, files };
  return {
    ...{ file, shared, work, ...kept },
    ...(sharing !== undefined && { usagePublisher: sharing.usagePublisher }),
    sweep: new Sweep(prune, log),
  };
}

/** What was used through all machines that share a database. */
function shareUsage({ observe }: Config, file: StateFile, database: SharedState, log: Logger) {
  const { now } = clocks;
  const { keep: keepMs } = observe;
  const machine = (): string => machineName(file);
  const published = createPublishedSums(database, { keepMs, now });
  const usagePublisher = new UsagePublisher({ machine, own: createOwnSums(file), published, keepMs, log, now });
  return { machine, published, usagePublisher };
}

/** What clients upload, as it is configured. */
function createFiles(config: Config, statePath: string, state: SharedState, log: Logger): StoredFiles {
  const { max_size: maxBytes, max_total: maxTotal, max_per_client: maxPerClient = maxTotal, ttl } = config.files;
  return new StoredFiles({
    ...{ state, path: filesFolder(config, dirname(statePath)), isShared: config.files.shared },
    ...{ maxBytes, maxTotal, maxPerClient, keepMs: ttl },
    ...{ log, now: clocks.now, newId: newIdOf(config.server.instance) },
  });
}
