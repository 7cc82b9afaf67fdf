import type { Response } from 'express';
import type { BackendName } from '../core/backend.ts';
import type { TurnStage, WaitingProcess } from '../core/turn-options.ts';
import type { TurnEvent, Usage } from '../core/turn-event.ts';

/** What the access log says of a request. Times are milliseconds since the request arrived. */
export interface RequestRecord {
  requestId: string;
  startedAt: number;
  /** Which token it came with, as `token 1` in the order of the configuration; absent where none is asked for. */
  client?: string;
  model?: string;
  served?: string;
  /** Of several turns, or one that changed over, the last that was admitted. */
  backend?: BackendName;
  finish?: string;
  error?: unknown;
  process?: WaitingProcess;
  /** The body has been read and translated. */
  readMs?: number;
  admittedMs?: number;
  acquiredMs?: number;
  fedMs?: number;
  firstTokenMs?: number;
  tokensIn?: number;
  tokensOut?: number;
  tokensCached?: number;
}

const records = new WeakMap<Response, RequestRecord>();

export function startRecord(res: Response, requestId: string): RequestRecord {
  const record = { requestId, startedAt: performance.now() };
  records.set(res, record);
  return record;
}

/** The record of a response; every response has one from its first middleware on. */
export function recordOf(res: Response): RequestRecord {
  const record = records.get(res);
  if (record === undefined) throw new Error('a response without a record');
  return record;
}

/** Who asks, as a part of a turn's options. */
export function clientOf({ client }: RequestRecord): { client?: string } {
  return client === undefined ? {} : { client };
}

export function noteRead(record: RequestRecord, model: string): void {
  record.model = model;
  record.readMs = sinceStart(record);
}

/** Of several turns for one request the first counts. */
export function noteStage(record: RequestRecord, stage: TurnStage): void {
  const at = sinceStart(record);
  switch (stage.name) {
    case 'admitted':
      record.admittedMs ??= at;
      record.backend = stage.backend;
      return;
    case 'acquired':
      record.acquiredMs ??= at;
      record.process ??= stage.process;
      return;
    case 'fed':
      record.fedMs ??= at;
      return;
  }
}

export function noteEvent(record: RequestRecord, event: TurnEvent): void {
  switch (event.type) {
    case 'start':
      record.served = event.model;
      return;
    case 'text':
    case 'thinking':
    case 'input':
      record.firstTokenMs ??= sinceStart(record);
      return;
    case 'end':
      record.finish = event.stopReason;
      noteUsage(record, event.usage);
      return;
    case 'block_start':
    case 'block_stop':
    case 'citation':
    case 'signature':
    case 'warning':
      return;
  }
}

/** A request for several answers pays for each. */
function noteUsage(record: RequestRecord, usage: Usage): void {
  const { inputTokens, cacheReadTokens, cacheCreationTokens, outputTokens } = usage;
  record.tokensIn = (record.tokensIn ?? 0) + inputTokens + cacheReadTokens + cacheCreationTokens;
  record.tokensOut = (record.tokensOut ?? 0) + outputTokens;
  record.tokensCached = (record.tokensCached ?? 0) + cacheReadTokens;
}

/** Rounded to a tenth: the clock has more digits than meaning. */
export function sinceStart(record: RequestRecord): number {
  return Math.round((performance.now() - record.startedAt) * 10) / 10;
}
