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
import { StateFile } from './state/state-file.ts';
import { defaultStatePath } from './state/state-path.ts';
import { Sweep } from './state/sweep.ts';
import { newIdOf } from './util/new-id.ts';

/** What outlives the service. */
export interface Stores {
  file: StateFile;
  responses: ResponseStore;
  conversations: ConversationStore;
  verdicts: VerdictStore;
  requests: RequestCounter;
  windows: KnownWindows;
  access: { log: AccessLog; store: AccessStore };
  cachedAnswers: CachedAnswerStore;
  files: StoredFiles;
  sweep: Sweep;
}

/** The state file and all that is kept in it. It is opened at its first use. */
export function openStores(config: Config, log: Logger, priceOf: PriceOf): Stores {
  const { now } = clocks;
  const path = config.state.path ?? defaultStatePath(ownEnvironment());
  const file = new StateFile({ path, log, now });
  const responses = createResponseStore(file, { keepMs: config.responses.keep, now });
  const { keep, max: maxPerCaller } = config.conversations;
  const conversations = createConversationStore(file, { keepMs: keep, maxPerCaller, now });
  const verdicts = createVerdictStore(file, now);
  const requests = new RequestCounter({ store: createRequestCountStore(file), log, now });
  const { keep: keepMs, max_rows: maxRows } = config.observe;
  const store = createAccessStore(file, { keepMs, maxRows, now });
  const access = { store, log: new AccessLog({ store, priceOf, isKept: keepMs > 0, log }) };
  const cachedAnswers = createCachedAnswerStore(file, { maxBytes: config.cache.max_size, now });
  const samples = createSampleStore(file, now);
  const logins = loginNames(config.claude);
  const windows = new KnownWindows({ store: samples, log, now, ...(logins !== undefined && { logins }) });
  const files = createFiles(config, path, file, log);
  // The last also returns the space of all that has gone.
  const pruneRows = (): boolean =>
    [conversations, store, samples, cachedAnswers, responses].map((kept) => kept.prune()).includes(true);
  const prune = async (): Promise<boolean> => {
    const hasMoreRows = pruneRows();
    return (await files.prune()) || hasMoreRows;
  };
  const kept = { responses, conversations, verdicts, requests, windows, access, cachedAnswers, files };
  return { file, ...kept, sweep: new Sweep(prune, log) };
}

/** What clients upload, as it is configured. */
function createFiles(config: Config, statePath: string, stateFile: StateFile, log: Logger): StoredFiles {
  const { max_size: maxBytes, max_total: maxTotal, max_per_client: maxPerClient = maxTotal, ttl } = config.files;
  return new StoredFiles({
    ...{ stateFile, path: filesFolder(config, dirname(statePath)) },
    ...{ maxBytes, maxTotal, maxPerClient, keepMs: ttl },
    ...{ log, now: clocks.now, newId: newIdOf(config.server.instance) },
  });
}
