import { HarnessError, type ErrorCode } from '../../core/errors.ts';
import type { RetryStatus, SessionError } from '../../core/session-event.ts';

/** The names that clients know of what fails; all else is `unknown_error`. */
const types: Partial<Record<ErrorCode, SessionError['type']>> = {
  OVERLOADED: 'model_overloaded_error',
  QUEUE_FULL: 'model_overloaded_error',
  RATE_LIMITED: 'model_rate_limited_error',
  PLAN_LIMIT_REACHED: 'model_rate_limited_error',
  EXTRA_USAGE_REQUIRED: 'billing_error',
  UPSTREAM_ERROR: 'model_request_failed_error',
  UPSTREAM_UNREACHABLE: 'model_request_failed_error',
  PROMPT_TOO_LONG: 'model_request_failed_error',
};

/**
 * What an error is to those who watch a session. `exhausted`: the turn is over, and another message may be sent, which is
 * what holds for all but an agent that is gone; the harness begins no turn again by itself, since its tools have acted.
 */
export function toSessionError(error: HarnessError, retry: RetryStatus['type'] = 'exhausted'): SessionError {
  const { code, message } = error;
  return { type: types[code] ?? 'unknown_error', message, retry_status: { type: retry }, code };
}

export function toolLimitReached(maxTurns: number): SessionError {
  const message = `The turn was ended after ${maxTurns} requests to the model, the agent's max_turns. Send a message to go on.`;
  return { type: 'tool_use_limit_reached_error', message, retry_status: { type: 'exhausted' } };
}

export function restartedDuringTurn(): HarnessError {
  const message =
    'The service was restarted during the turn. What had come out is kept; send a message to go on from there.';
  return new HarnessError('ABORTED', message);
}

export function shutDownDuringTurn(): HarnessError {
  const message =
    'The service was shut down during the turn. What had come out is kept; send a message to go on from there.';
  return new HarnessError('DRAINING', message);
}

export function processEnded(): HarnessError {
  return new HarnessError('CLI_FAILED', "The agent's process ended during the turn. Send a message to go on.");
}

export function turnTookTooLong(maxTurnMs: number): HarnessError {
  const message = `The turn was ended after ${maxTurnMs / 1000} s, the agent's limit. Send a message to go on.`;
  return new HarnessError('TURN_TIMEOUT', message);
}

export function agentIsGone(name: string): HarnessError {
  const message = `The agent "${name}" is no longer configured for this token; ask the owner for it, or create a session of another agent.`;
  return new HarnessError('AGENT_NOT_FOUND', message);
}

export function notKept(cause: HarnessError): HarnessError {
  const message = `The turn was ended because what came out of it could not be kept. ${cause.message} Then send a message to go on.`;
  return new HarnessError(cause.code, message, { cause });
}
