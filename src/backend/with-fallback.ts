import { LRUCache } from 'lru-cache';
import { HarnessError, type ErrorCode } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { RunTurn } from '../core/backend.ts';

/** What the CLI cannot fix by itself, and another backend is not affected by. */
const reasons: ReadonlySet<ErrorCode> = new Set([
  'PLAN_LIMIT_REACHED',
  'EXTRA_USAGE_REQUIRED',
  'NOT_LOGGED_IN',
  'CLI_MISSING',
]);

/** More models than anyone uses; the names are the clients'. */
const maxModels = 100;

export interface FallbackOptions {
  log: Logger;
  /** Called for each turn that changes over. */
  onFallback: (reason: ErrorCode) => void;
}

/** Whether a turn through the CLI failed with something that a turn without it would not. */
export function isReasonToFallBack(error: unknown): error is HarnessError {
  return error instanceof HarnessError && reasons.has(error.code);
}

/**
 * Runs a turn on the second backend where the first one cannot, unless a part of the answer has gone out. The log says
 * when that begins and when it ends, once for each model.
 */
export function withFallback(runTurn: RunTurn, runOther: RunTurn, { log, onFallback }: FallbackOptions): RunTurn {
  const fallen = new LRUCache<string, ErrorCode>({ max: maxModels });

  return async function* (conversation, turn, signal) {
    const { model } = turn;
    let hasStarted = false;
    let hasBegun = false;
    try {
      for await (const event of runTurn(conversation, turn, signal)) {
        if (event.type === 'start' || event.type === 'restart') {
          hasStarted = true;
          noteServed(model);
        } else if (event.type !== 'warning') hasBegun = true;
        yield event;
      }
      return;
    } catch (error) {
      // What nobody waits for can wait for the plan, which has been paid for.
      if (hasBegun || turn.priority === 'idle' || signal.aborted || !isReasonToFallBack(error)) throw error;
      noteFallen(model, error);
    }
    for await (const event of runOther(conversation, turn, signal)) {
      yield hasStarted && event.type === 'start' ? { ...event, type: 'restart' } : event;
    }
  };

  function noteFallen(model: string, { code, message }: HarnessError): void {
    onFallback(code);
    if (fallen.get(model) === code) return;
    fallen.set(model, code);
    log.warn('turns go to the API directly now, billed to the API key', { model, error: code, reason: message });
  }

  function noteServed(model: string): void {
    if (fallen.delete(model)) log.info('turns go through the claude CLI again', { model });
  }
}
