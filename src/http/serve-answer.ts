import type { Response } from 'express';
import type { Conversation } from '../core/conversation.ts';
import { toHarnessError, type HarnessError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { RunTurn } from '../core/backend.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { TurnEvent } from '../core/turn-event.ts';
import type { ActiveRequests } from '../exchange/active-work.ts';
import { EventStream } from './event-stream.ts';
import { clientOf, noteEvent, noteRead, noteStage, recordOf } from '../exchange/record.ts';
import { runChoices, type ChoicesOptions } from '../exchange/run-choices.ts';
import type { StreamFormat } from './stream-format.ts';
import { warn } from './warning-header.ts';

export interface ServeOptions {
  runTurn: RunTurn;
  active: ActiveRequests;
  log: Logger;
  silenceMs: number;
}

/** A request in the harness's own terms, and how its answer is told in the client's. */
export interface AnswerPlan {
  /** The model as the client named it. */
  model: string;
  /** One for each answer. */
  conversations: readonly Conversation[];
  options: Omit<TurnOptions, 'model' | 'onStage' | 'buffered'>;
  /** Fields that the harness went without. */
  ignored: readonly string[];
  /** The events to send for a turn's next event; or the whole answer, when all turns have ended. */
  form: StreamForm | WholeForm;
}

export interface StreamForm {
  stream: true;
  /** OpenAI's by default. */
  format?: StreamFormat;
  push: (event: TurnEvent, choice: number) => object[];
  /** The failure as the stream's last events. */
  toErrorEvents: (error: HarnessError) => readonly object[];
}

export interface WholeForm {
  stream: false;
  push: (event: TurnEvent, choice: number) => void;
  toBody: () => object;
}

/** Runs a request's turns and sends their answer, streamed or whole. */
export async function serveAnswer(plan: AnswerPlan, res: Response, options: ServeOptions): Promise<void> {
  noteRequest(plan, res);
  const turns = { count: plan.conversations.length, run: turnsOf(plan, res, options) };
  if (plan.form.stream) await streamAnswer(turns, res, plan.form, options.silenceMs);
  else await sendAnswer(turns, res, plan.form);
}

/** Tells the log which model was asked for, and the client what it goes without. */
export function noteRequest({ model, ignored }: Pick<AnswerPlan, 'model' | 'ignored'>, res: Response): void {
  noteRead(recordOf(res), model);
  if (ignored.length > 0) res.setHeader('x-claude-harness-ignored', ignored.join(', '));
}

type Turns = Omit<ChoicesOptions, 'onEvent'>;

function turnsOf(plan: AnswerPlan, res: Response, { runTurn, active, log }: ServeOptions): Turns['run'] {
  const record = recordOf(res);
  const signal = active.track(res);
  const turn: TurnOptions = {
    ...plan.options,
    ...clientOf(record),
    model: plan.model,
    buffered: !plan.form.stream,
    onStage(stage) {
      noteStage(record, stage);
      if (stage.name === 'admitted' && stage.backend === 'direct') tellBackend(res);
    },
  };
  return async function* run(choice): AsyncGenerator<TurnEvent> {
    const conversation = plan.conversations[choice];
    if (conversation === undefined) return;
    for await (const event of runTurn(conversation, turn, signal)) {
      noteEvent(record, event);
      if (event.type === 'warning') {
        log.warn('an answer is not what was asked for', { request_id: record.requestId, reason: event.message });
        warn(res, event.message);
      }
      yield event;
    }
  };
}

/** The client may want to know that an answer is paid otherwise than the rest. */
function tellBackend(res: Response): void {
  if (!res.headersSent) res.setHeader('x-claude-harness-backend', 'direct');
}

async function sendAnswer(turns: Turns, res: Response, form: WholeForm): Promise<void> {
  const failures = await runChoices({ ...turns, onEvent: form.push });
  const [failure] = failures;
  if (failure !== undefined) {
    recordOf(res).error = failure;
    warn(res, `${failures.length} of ${turns.count} choices failed: ${failure.message}`);
  }
  res.json(form.toBody());
}

async function streamAnswer(turns: Turns, res: Response, form: StreamForm, silenceMs: number): Promise<void> {
  const stream = new EventStream(res, { silenceMs, ...(form.format !== undefined && { format: form.format }) });
  try {
    const [failure] = await runChoices({
      ...turns,
      onEvent: (event, choice) => stream.send(form.push(event, choice)),
    });
    if (failure !== undefined) throw failure;
    await stream.done();
  } catch (reason) {
    // Before the first byte the failure still gets its own status, from the error handler.
    if (!stream.opened) throw reason;
    const error = toHarnessError(reason);
    recordOf(res).error = error;
    await stream.send(form.toErrorEvents(error));
  } finally {
    stream.close();
  }
}
