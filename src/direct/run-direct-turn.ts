import { TurnDeadline } from '../admission/turn-deadline.ts';
import type { RunTurn } from '../core/backend.ts';
import type { Conversation } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import type { TurnRules } from '../core/turn-rules.ts';
import { offeredTools } from '../messages-api/request-body.ts';
import { clientNames, toOwnName } from '../messages-api/tool-names.ts';
import { withFiles } from '../messages-api/with-files.ts';
import { unlessAborted } from '../util/unless-aborted.ts';
import type { ApiClient } from './api-client.ts';
import type { DirectModels } from './direct-models.ts';
import type { KeyState } from './key-state.ts';
import { readAnswer } from './read-answer.ts';
import { toCountBody, toMessageBody } from './request.ts';

/** Bounds how many turns run at a time. */
export interface Admission {
  /**
   * Waits for a place; the caller must `leave` once afterwards, as the same client and of the same priority. Throws and holds
   * no place where there is none.
   */
  enter(signal: AbortSignal, client?: string, priority?: TurnOptions['priority']): Promise<void>;
  leave(client?: string, priority?: TurnOptions['priority']): void;
}

export interface DirectTurnOptions {
  api: () => Promise<ApiClient>;
  models: DirectModels;
  key: KeyState;
  admission: Admission;
  rules: TurnRules;
}

/** How a request runs straight to the API: admit, ask, read. */
export function createRunDirectTurn(options: DirectTurnOptions): RunTurn {
  return async function* runDirectTurn(conversation, turn, signal) {
    const { admission, key, rules } = options;
    await admission.enter(signal, turn.client, turn.priority);
    const { turnTimeoutMs, idleTimeoutMs } = rules;
    const deadline = new TurnDeadline({ source: 'The API', signal, turnTimeoutMs, idleTimeoutMs });
    try {
      turn.onStage?.({ name: 'admitted', backend: 'direct' });
      const read = await withFiles(conversation, turn, deadline.signal);
      const events = listened(ask(options, read, turn, deadline.signal), deadline);
      const toClientName = clientNames(offeredTools(conversation, turn), toOwnName, conversation.apiTools);
      for await (const event of readAnswer(events, toClientName)) {
        if (event.type === 'start') key.answered();
        yield event;
      }
    } catch (error) {
      if (error instanceof HarnessError && error.code === 'API_KEY_REFUSED') key.refused();
      throw error;
    } finally {
      deadline.dispose();
      admission.leave(turn.client, turn.priority);
    }
  };
}

type AskOptions = Pick<DirectTurnOptions, 'api' | 'models' | 'rules'>;

async function* ask(
  options: AskOptions,
  conversation: Conversation,
  turn: TurnOptions,
  signal: AbortSignal,
): AsyncGenerator {
  const { defaultEffort } = options.rules;
  const api = await unlessAborted(options.api(), signal);
  const { model, betas } = await unlessAborted(options.models.find(turn.model), signal);
  const body = toMessageBody(conversation, turn, { model, defaultEffort });
  yield* api.stream(body, { signal, betas: union(betas, turn.betas) });
}

/** Counts the time in which an event is waited for, which is not the time that a client takes to read one. */
async function* listened<Event>(events: AsyncGenerator<Event>, deadline: TurnDeadline): AsyncGenerator<Event> {
  try {
    for (;;) {
      const next = await deadline.listen(events.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await events.return(undefined);
  }
}

/** Asks the API itself, which costs no model call. Throws `HarnessError`; an abort throws the signal's reason. */
export async function countDirectly(
  options: AskOptions,
  conversation: Conversation,
  turn: TurnOptions,
  signal: AbortSignal,
): Promise<number> {
  const { defaultEffort } = options.rules;
  const api = await options.api();
  const { model, betas } = await options.models.find(turn.model);
  const body = toCountBody(await withFiles(conversation, turn, signal), turn, { model, defaultEffort });
  return api.countTokens(body, { signal, betas: union(betas, turn.betas) });
}

function union(needed: readonly string[], asked: readonly string[] = []): string[] {
  return [...new Set([...needed, ...asked])];
}
