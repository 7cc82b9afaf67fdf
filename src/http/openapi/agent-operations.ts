import {
  agentExamples,
  agentSchemas as schemas,
  agentUpdateExamples,
} from '../../dialect/managed-agents/description.ts';
import { agentQuery, pageQuery, versionQuery } from '../../dialect/managed-agents/query-schema.ts';
import { about, changing, described, reading, withBody } from './agent-operation.ts';
import { everyAnswer } from './headers.ts';
import { jsonAnswer, pathParameter, queryParameters, type Operation } from './operation.ts';
import { permissionOperations } from './permission-operations.ts';
import { queryOperations } from './query-operations.ts';
import { sessionOperations } from './session-operations.ts';

const agentId = pathParameter('id', 'The name of the agent, or its id.');
const oneAgent = { 200: jsonAnswer('The agent.', everyAnswer, schemas.agent) };

/** Anthropic's API of agents, and what agents ask. */
export const agentOperations = {
  listAgents: described({
    id: 'listAgents',
    summary: 'The agents that may be used',
    description: 'Those of the configuration, and those that were created here.',
    parameters: queryParameters(agentQuery, about),
    answers: { 200: jsonAnswer('A page of agents.', everyAnswer, schemas.agentPage) },
    failures: reading,
  }),
  getAgent: described({
    id: 'getAgent',
    summary: 'An agent',
    parameters: [agentId, ...queryParameters(versionQuery, about)],
    answers: oneAgent,
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  listAgentVersions: described({
    id: 'listAgentVersions',
    summary: 'What an agent was and is, as far as it is known',
    parameters: [agentId, ...queryParameters(pageQuery, about)],
    answers: { 200: jsonAnswer('A page of versions.', everyAnswer, schemas.agentPage) },
    failures: [...reading, 'AGENT_NOT_FOUND'],
  }),
  createAgent: described({
    id: 'createAgent',
    summary: 'A new agent, which is less than one of the configuration',
    description:
      'For owners. `metadata.profile` names the agent of the configuration, within whose limits it stays whatever is changed there later. It has the tools that are named here, and none by default.',
    body: { schema: schemas.agentBody, examples: agentExamples },
    answers: oneAgent,
    failures: [...withBody, 'ROLE_REQUIRED', 'AGENT_NOT_FOUND'],
  }),
  updateAgent: described({
    id: 'updateAgent',
    summary: 'A new version of an agent that was created here',
    description:
      'For owners. Fields that are absent stay as they are. With `version`, the request fails where that is not the newest. Sessions keep the version that they have.',
    parameters: [agentId],
    body: { schema: schemas.agentUpdateBody, examples: agentUpdateExamples },
    answers: oneAgent,
    failures: [...withBody, 'ROLE_REQUIRED', 'AGENT_NOT_FOUND', 'AGENT_CONFLICT'],
  }),
  archiveAgent: described({
    id: 'archiveAgent',
    summary: 'No new session begins with an agent that was created here; those that there are go on',
    description: 'For owners.',
    parameters: [agentId],
    answers: oneAgent,
    failures: [...changing, 'UNSUPPORTED_PARAMETER', 'ROLE_REQUIRED', 'AGENT_NOT_FOUND'],
  }),
  listEnvironments: described({
    id: 'listEnvironments',
    summary: 'Where the agents work',
    description: 'Each agent of the configuration has one environment, of its name: its folders.',
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
