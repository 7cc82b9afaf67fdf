import type { AgentProfile } from './agent.ts';
import type { Caller } from './sessions.ts';

/** Whether an agent is the caller's to use: an agent without tokens is everybody's. */
export function mayUseAgent(caller: Caller, { tokens }: Pick<AgentProfile, 'tokens'>): boolean {
  return tokens.length === 0 || (caller !== undefined && tokens.includes(caller));
}
