import type { AgentProfile } from '../../core/agent.ts';
import type { Agent, AgentOverrides, SessionDraft, SessionPatch } from '../../core/sessions.ts';
import { invalidRequest } from '../anthropic-shared/invalid-request.ts';
import { toClientEvent } from './client-events.ts';
import { environmentOf } from './environments.ts';
import { toUsd } from './money.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';
import { createBody, updateBody, type CreateBody, type UpdateBody } from './session-request-schema.ts';
import { toToolOverrides } from './tool-overrides.ts';

/** Reads the body of `POST /v1/sessions`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function parseCreateBody(body: unknown): CreateBody {
  return readRequest(createBody, body, 'The request body must be a JSON object with agent, or fork_from.');
}

/** Reads the body of `POST /v1/sessions/{id}`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function parseUpdateBody(body: unknown): UpdateBody {
  return readRequest(updateBody, body, 'The request body must be a JSON object.');
}

/** The session that a body asks for, of the agent that it or the session that it forks names. Throws `INVALID_REQUEST`. */
export function toSessionDraft(body: CreateBody, named: Agent): SessionDraft {
  const { profile } = named;
  const {
    agent,
    fork_from: forkOf,
    environment_id: environment,
    title,
    metadata,
    budget,
    initial_events: events,
  } = body;
  if (environment !== undefined && environment !== profile.name && environment !== environmentOf(named)) {
    throw invalidRequest('environment_id', "The environment of a session is its agent's; leave it out");
  }
  return {
    ...(forkOf !== undefined && { forkOf }),
    agent: profile.name,
    ...(agent?.version !== undefined && { version: agent.version }),
    overrides: toOverrides(agent, profile),
    title: title ?? null,
    metadata: metadata ?? {},
    ...(budget != null && { maxCostUsd: toUsd(budget.max_list_cost) }),
    events: (events ?? []).map(toClientEvent),
  };
}

function toOverrides(agent: CreateBody['agent'], profile: AgentProfile): AgentOverrides {
  if (agent?.type !== 'agent_with_overrides') return {};
  return {
    ...(agent.model !== undefined && { model: agent.model.id }),
    ...(agent.system !== undefined && { system: agent.system }),
    ...(agent.tools !== undefined && toToolOverrides(agent.tools, profile)),
  };
}

/** What a body changes in a session of an agent. Throws `INVALID_REQUEST`. */
export function toSessionPatch({ title, metadata, budget, agent }: UpdateBody, profile: AgentProfile): SessionPatch {
  return {
    ...(title !== undefined && { title }),
    ...(metadata != null && { metadata }),
    ...(budget !== undefined && { maxCostUsd: budget === null ? null : toUsd(budget.max_list_cost) }),
    ...(agent?.tools !== undefined && { overrides: toToolOverrides(agent.tools, profile) }),
  };
}
