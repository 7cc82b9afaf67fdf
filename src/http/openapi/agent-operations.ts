import { agentSchemas as schemas } from '../../dialect/managed-agents/description.ts';
import { agentQuery, pageQuery, versionQuery } from '../../dialect/managed-agents/query-schema.ts';
import { about, described, reading } from './agent-operation.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, pathParameter, queryParameters, type Operation } from './operation.ts';
import { permissionOperations } from './permission-operations.ts';
import { queryOperations } from './query-operations.ts';
import { sessionOperations } from './session-operations.ts';

const agentId = pathParameter('id', 'The name of the agent.');

/** Anthropic's API of agents, and what agents ask. */
export const agentOperations = {
  listAgents: described({
    id: 'listAgents',
    summary: 'The agents that may be used',
    description: 'They come from the configuration; the API cannot change them.',
    parameters: queryParameters(agentQuery, about),
    answers: { 200: jsonAnswer('A page of agents.', everyAnswer, schemas.agentPage) },
    failures: reading,
  }),
  getAgent: described({
    id: 'getAgent',
    summary: 'An agent',
    parameters: [agentId, ...queryParameters(versionQuery, about)],
    answers: { 200: jsonAnswer('The agent.', everyAnswer, schemas.agent) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  listAgentVersions: described({
    id: 'listAgentVersions',
    summary: 'What an agent was and is, as far as it is known',
    parameters: [agentId, ...queryParameters(pageQuery, about)],
    answers: { 200: jsonAnswer('A page of versions.', everyAnswer, schemas.agentPage) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  listEnvironments: described({
    id: 'listEnvironments',
    summary: 'Where the agents work',
    description: 'Each agent has one environment, of its name: its folders.',
    parameters: queryParameters(pageQuery, about),
    answers: { 200: jsonAnswer('A page of environments.', everyAnswer, schemas.environmentPage) },
    failures: reading,
  }),
  getEnvironment: described({
    id: 'getEnvironment',
    summary: 'Where an agent works',
    parameters: [agentId],
    answers: { 200: jsonAnswer('The environment.', everyAnswer, schemas.environment) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  ...sessionOperations,
  ...permissionOperations,
  ...queryOperations,
} satisfies Record<string, Operation>;
