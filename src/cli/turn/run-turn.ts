import type { Conversation } from '../../core/conversation.ts';
import { HarnessError } from '../../core/errors.ts';
import type { RunTurn } from '../../core/backend.ts';
import type { Effort, TurnOptions } from '../../core/turn-options.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { callInstruction, offeredTools, toRequestBody } from '../../messages-api/request-body.ts';
import { thinkingFor, thinks } from '../../messages-api/thinking.ts';
import { clientNames, toCliName } from '../../messages-api/tool-names.ts';
import type { Login } from '../../admission/login.ts';
import type { PlanLimits } from '../../admission/plan-limits.ts';
import type { Pool } from '../pool/pool.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { TurnQueue } from '../../admission/turn-queue.ts';
import type { Worker } from '../pool/worker.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { parseInitializeResponse } from '../../process/initialize-response.ts';
import { AnswerReader } from './answer-reader.ts';
import { Channel } from './channel.ts';
import { toInputBatches } from './feed.ts';
import type { ModelCatalog } from '../model-catalog.ts';
import { initializeRequestId, setupLines } from './setup.ts';

export interface RunTurnOptions {
  catalog: ModelCatalog;
  login: Login;
  planLimits: PlanLimits;
  queue: TurnQueue;
  pool: Pool;
  defaultEffort: Effort;
  /** The operator's own additions to the body of API requests (`CLAUDE_CODE_EXTRA_BODY`). */
  extraBody?: Readonly<Record<string, unknown>>;
  turnTimeoutMs: number;
  idleTimeoutMs: number;
  /** Called with the version that a process names at the start of its turn. */
  onCliVersion: (version: string) => void;
}

/** The way of a request through the CLI: admit, acquire a process, feed, read, throw the process away. */
export function createRunTurn(options: RunTurnOptions): RunTurn {
  const { catalog, login, planLimits, queue, pool } = options;

  return async function* runTurn(conversation, turn, signal) {
    const model = catalog.resolve(turn.model);
    planLimits.admit(catalog.resolvedName(model));
    await login.admit();
    await queue.enter(signal, turn.client);
    try {
      turn.onStage?.({ name: 'admitted', backend: 'cli' });
      const setup = setupFor(conversation, turn, model);
      const { worker, warm, prepared } = await pool.acquire(model, signal, setup);
      turn.onStage?.({ name: 'acquired', process: prepared ? 'prepared' : warm ? 'warm' : 'cold' });
      try {
        yield* answer(worker, prepared ? [] : setup.lines, conversation, turn, signal);
      } catch (error) {
        if (error instanceof HarnessError && error.code === 'NOT_LOGGED_IN') login.refused();
        throw error;
      } finally {
        pool.release(worker);
      }
    } finally {
      queue.leave(turn.client);
    }
  };

  async function* answer(
    worker: Worker,
    setup: readonly object[],
    conversation: Conversation,
    turn: TurnOptions,
    signal: AbortSignal,
  ): AsyncGenerator<TurnEvent, void, void> {
    const { turnTimeoutMs, idleTimeoutMs } = options;
    const channel = new Channel(worker.cli, { signal, turnTimeoutMs, idleTimeoutMs });
    try {
      await feed(channel, toInputBatches(setup, conversation, worker.model));
      pool.fed();
      turn.onStage?.({ name: 'fed' });
      const reader = new AnswerReader(clientNames(offeredTools(conversation, turn), toCliName));
      for (;;) {
        const message = await channel.receive();
        note(message);
        const event = reader.read(message);
        if (event === undefined) continue;
        if (event.type === 'start') started(worker.model);
        yield event;
        if (event.type === 'end') return;
      }
    } finally {
      channel.dispose();
    }
  }

  function setupFor(conversation: Conversation, turn: TurnOptions, model: string): Setup {
    const { maxTokens, effort = options.defaultEffort, thinkingBudget } = turn;
    const thinking = thinkingFor(effort, maxTokens, thinkingBudget);
    const forceCalls = turn.enforcement !== 'prompt' && !thinks(thinking) && catalog.canStopThinking(model);
    const instruction = forceCalls ? undefined : callInstruction(turn, toCliName);
    const lines = setupLines({
      system: [...conversation.system, ...(instruction === undefined ? [] : [instruction])],
      thinking,
      body: withExtra(toRequestBody(conversation, turn, { forceCalls, toModelName: toCliName })),
      ...(maxTokens === undefined ? {} : { maxTokens }),
    });
    return { lines, key: JSON.stringify(lines) };
  }

  /** A request's own fields replace the operator's setting as a whole in the CLI, so that it is repeated with them. */
  function withExtra(body: object): object {
    return Object.keys(body).length === 0 ? body : { ...options.extraBody, ...body };
  }

  /** Sends all batches; each but the last is answered by a `result` of its own. */
  async function feed(channel: Channel, batches: object[][]): Promise<void> {
    for (const [index, batch] of batches.entries()) {
      await channel.send(batch);
      if (index === batches.length - 1) return;
      let message: CliMessage;
      do {
        message = await channel.receive();
        note(message);
      } while (message.type !== 'result');
    }
  }

  /** What a line tells beyond this turn. */
  function note(message: CliMessage): void {
    if (message.type === 'rate_limit_event') planLimits.note(message.rate_limit_info);
    if (message.type === 'system' && message.subtype === 'init' && message.claude_code_version) {
      options.onCliVersion(message.claude_code_version);
    }
    if (message.type !== 'control_response') return;
    const { request_id: requestId, subtype, response, error } = message.response;
    if (subtype === 'error') {
      throw new HarnessError('CLI_PROTOCOL', `The claude CLI refused ${requestId}: ${error ?? 'no reason given'}.`);
    }
    if (requestId === initializeRequestId) catalog.update(parseInitializeResponse(response) ?? []);
  }

  function started(model: string): void {
    planLimits.answered(catalog.resolvedName(model));
    login.answered();
    pool.keepWarm(model);
  }
}
