import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { PreviewEvent, SessionEvent } from '../../core/session-event.ts';
import type { Caller, Sessions } from '../../core/sessions.ts';
import { untilKept } from '../../util/until-kept.ts';
import { AgentOutcome, type AgentEnding } from './agent-outcome.ts';
import type { JobContext } from './job-context.ts';
import { callerOf, type JobRow } from './job-row.ts';

const pageSize = 100;

type AgentJobContext = Pick<JobContext, 'table' | 'serviceId' | 'pace' | 'log'>;

/**
 * Lets an agent work in a session of its own until its turn has ended. It is asked once, whatever happens: after a restart
 * the session tells whether it was, and how that has ended. Undefined where that is not known when `signal` aborts, or the
 * service ends. Where it aborts because somebody has stopped the job, in whichever service, the agent is interrupted.
 */
export async function runAgentJob(
  context: AgentJobContext,
  sessions: Sessions,
  row: JobRow,
  signal: AbortSignal,
): Promise<AgentEnding | undefined> {
  const caller = callerOf(row);
  const { id, agent, body: prompt } = row;
  let { session_id: sessionId } = row;
  if (sessionId === null) {
    const draft = {
      agent: agent ?? '',
      overrides: {},
      title: null,
      metadata: { source: 'job', job_id: id },
      events: [],
    };
    sessionId = (await sessions.create(caller, draft)).id;
    if (!(await isNoted(context, row, sessionId, signal))) return undefined;
  }
  const outcome = new AgentOutcome(sessionId);
  const following = new AbortController();
  const ending = AbortSignal.any([signal, following.signal]);
  try {
    const followed = await sessions.follow(caller, sessionId, { previews: false }, ending);
    const past = await read(pastOf(sessions, caller, sessionId), outcome);
    if (past !== undefined) return past;
    if (signal.aborted) return undefined;
    if (!outcome.wasAsked) {
      await sessions.send(caller, sessionId, [{ type: 'user.message', content: [{ type: 'text', text: prompt }] }]);
    }
    return await read(followed, outcome);
  } finally {
    following.abort();
    if (isStopped(signal)) await interrupt(sessions, caller, sessionId, context.log);
  }
}

/**
 * Whether whoever runs the job next will find its session, so that the agent can be asked. False where the job is not this
 * service's any more.
 */
async function isNoted(
  { table, serviceId, pace, log }: AgentJobContext,
  { seq, id }: JobRow,
  sessionId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const onFailure = (error: unknown): void => {
    log.warn('the session of a job could not be noted; it is tried again', { job: id, session_id: sessionId, error });
  };
  const trying = { signal, retryMs: pace.busyMs, onFailure };
  return (await untilKept(() => table.noteSession(seq, serviceId, sessionId), trying)) === true;
}

function isStopped({ reason }: AbortSignal): boolean {
  return reason instanceof HarnessError && reason.code === 'TURN_CANCELLED';
}

/** The session may be over by itself in this moment. */
async function interrupt(sessions: Sessions, caller: Caller, sessionId: string, log: Logger): Promise<void> {
  try {
    await sessions.send(caller, sessionId, [{ type: 'user.interrupt' }]);
  } catch (error) {
    log.debug('the session of a job could not be interrupted', { session_id: sessionId, error });
  }
}

async function read(
  events: AsyncIterable<SessionEvent | PreviewEvent>,
  outcome: AgentOutcome,
): Promise<AgentEnding | undefined> {
  for await (const event of events) {
    const ending = outcome.push(event);
    if (ending !== undefined) return ending;
  }
  return undefined;
}

async function* pastOf(sessions: Sessions, caller: Caller, sessionId: string): AsyncGenerator<SessionEvent> {
  let page: string | undefined;
  do {
    const query = { limit: pageSize, order: 'asc', created: {}, ...(page !== undefined && { page }) } as const;
    const { data, next } = await sessions.events(caller, sessionId, query);
    yield* data;
    page = next;
  } while (page !== undefined);
}
