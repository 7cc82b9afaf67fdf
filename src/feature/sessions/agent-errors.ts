import { HarnessError } from '../../core/errors.ts';

export function agentNotFound(message: string): HarnessError {
  return new HarnessError('AGENT_NOT_FOUND', message);
}

export function noSuchAgent(name: string): HarnessError {
  return agentNotFound(`There is no agent "${name}" for this token; GET /v1/agents lists those that there are.`);
}
