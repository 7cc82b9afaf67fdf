import { narrowerModes, type AgentProfile } from '../../core/agent.ts';
import type { ClientEvent } from '../../core/session-event.ts';
import type { Agent, AgentOverrides, Session, SessionDraft } from '../../core/sessions.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { agentQuery, queryBody, type QueryBody, type QueryOptions } from './request-schema.ts';
import { toToolChoice } from './tool-choice.ts';

/** Reads the body of `POST /query`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromQueryBody(body: unknown): QueryBody {
  return readRequest(queryBody, body, 'The request body must be a JSON object with prompt.');
}

/** Reads `?agent=`. */
export function fromQueryParams(params: object): string | undefined {
  return readRequest(agentQuery, params, 'The query could not be read.').agent;
}

/** The agent that a query is for. Throws `INVALID_REQUEST` where several are possible, and `named` is none of them. */
export function chooseAgent(
  agents: readonly Agent[],
  { options }: QueryBody,
  inAddress: string | undefined,
): Agent | undefined {
  const named = options?.agent ?? inAddress;
  const names = agents.map(({ profile }) => profile.name);
  if (inAddress !== undefined && named !== inAddress) {
    throw invalidRequest('options.agent', 'The address names another agent; leave out one of them');
  }
  if (named === undefined && agents.length < 2) return agents[0];
  const found = agents.find(({ profile }) => profile.name === named);
  if (found !== undefined) return found;
  throw invalidRequest(
    'options.agent',
    `Input should be one of the agents that the token may use: ${names.join(', ')}`,
  );
}

/** The folder that a query chooses, which is to be resolved before. */
export type ChosenFolder = AgentOverrides['folder'];

/** What a query makes less of its agent. Throws `INVALID_REQUEST` where that would be more. */
export function toOverrides(body: QueryBody, profile: AgentProfile, folder: ChosenFolder): AgentOverrides {
  const options: QueryOptions = body.options ?? {};
  const { model, permission_mode: permissionMode, max_turns: maxTurns } = options;
  const system = body.system_prompt ?? options.system_prompt;
  if (permissionMode != null && !narrowerModes[profile.permissionMode].includes(permissionMode)) {
    throw invalidRequest('options.permission_mode', `It allows more than the agent's own, ${profile.permissionMode}`);
  }
  if (maxTurns != null && maxTurns > profile.maxTurns) {
    throw invalidRequest('options.max_turns', `The configuration of the agent allows ${profile.maxTurns} at most`);
  }
  return {
    ...(model != null && { model }),
    ...(system != null && { system }),
    ...toToolChoice(options, profile),
    ...(permissionMode != null && { permissionMode }),
    ...(maxTurns != null && { maxTurns }),
    ...(folder !== undefined && { folder }),
  };
}

export function toDraft(agent: string, overrides: AgentOverrides): SessionDraft {
  return { agent, overrides, title: null, metadata: {}, events: [] };
}

/** A session keeps what it was created with. Throws `INVALID_REQUEST` where a query that goes on with it says otherwise. */
export function checkResumed({ overrides }: Pick<Session, 'overrides'>, asked: AgentOverrides): void {
  const names = Object.keys(asked) as (keyof AgentOverrides)[];
  const other = names.find((name) => JSON.stringify(asked[name]) !== JSON.stringify(overrides[name]));
  if (other === undefined) return;
  const problem = `The session was created with another ${optionNames[other]}; leave it out, or begin a new one`;
  throw invalidRequest(`options.${optionNames[other]}`, problem);
}

const optionNames: Readonly<Record<keyof AgentOverrides, string>> = {
  model: 'model',
  system: 'system_prompt',
  tools: 'allowed_tools',
  mcpServers: 'allowed_tools',
  customTools: 'allowed_tools',
  permissionMode: 'permission_mode',
  maxTurns: 'max_turns',
  folder: 'cwd',
};

export function toMessage({ prompt }: QueryBody): ClientEvent {
  return { type: 'user.message', content: [{ type: 'text', text: prompt }] };
}
