import { agentPage, environmentPage, resourcePage, wireAgent, wireEnvironment } from './agent-schema.ts';
import { agentBody, agentUpdateBody } from './agent-request-schema.ts';
import { sendBody } from './event-request-schema.ts';
import { eventPage, pingEvent, previewEvent, sentEvents, sessionEvent } from './event-schema.ts';
import { createBody, updateBody } from './session-request-schema.ts';
import { deletedSession, sessionPage, wireSession } from './session-schema.ts';

export const versionHeaders: readonly object[] = ['anthropic-version', 'anthropic-beta'].map((name) => ({
  name,
  in: 'header',
  schema: { type: 'string' },
  description: 'Any is accepted, and may be missing.',
}));

/** The schemas under the names that the description has for them. */
export const agentSchemas = {
  agent: { name: 'Agent', schema: wireAgent },
  agentBody: { name: 'AgentRequest', schema: agentBody },
  agentUpdateBody: { name: 'AgentUpdateRequest', schema: agentUpdateBody },
  agentPage: { name: 'AgentPage', schema: agentPage },
  environment: { name: 'AgentEnvironment', schema: wireEnvironment },
  environmentPage: { name: 'AgentEnvironmentPage', schema: environmentPage },
  session: { name: 'Session', schema: wireSession },
  sessionPage: { name: 'SessionPage', schema: sessionPage },
  deletedSession: { name: 'DeletedSession', schema: deletedSession },
  resourcePage: { name: 'SessionResourcePage', schema: resourcePage },
  event: { name: 'SessionEvent', schema: sessionEvent },
  eventPage: { name: 'SessionEventPage', schema: eventPage },
  sentEvents: { name: 'SentSessionEvents', schema: sentEvents },
  preview: { name: 'SessionEventPreview', schema: previewEvent },
  ping: { name: 'SessionStreamPing', schema: pingEvent },
  createBody: { name: 'SessionRequest', schema: createBody },
  updateBody: { name: 'SessionUpdateRequest', schema: updateBody },
  sendBody: { name: 'SessionEventsRequest', schema: sendBody },
} as const;

const message = { type: 'user.message', content: [{ type: 'text', text: 'Sort the photos by year.' }] };

const readingOnly = {
  type: 'agent_toolset_20260401',
  default_config: { enabled: false },
  configs: [{ name: 'read', enabled: true }],
};

export const agentExamples = {
  narrowed: {
    summary: 'An agent that only reads, where another one may do more',
    value: {
      name: 'Invoices',
      model: 'haiku',
      system: 'Find the invoice that is asked for.',
      tools: [readingOnly],
      metadata: { profile: 'tidy' },
    },
  },
};

export const agentUpdateExamples = {
  system: { summary: 'Without a prompt of its own', value: { version: 1, system: null } },
};

export const createExamples = {
  plain: { summary: 'An agent at work', value: { agent: 'tidy', initial_events: [message] } },
  narrowed: {
    summary: 'With less than the agent may do, a budget, and a tool of the client',
    value: {
      agent: {
        type: 'agent_with_overrides',
        id: 'tidy',
        system: 'Answer in one sentence.',
        tools: [
          {
            type: 'agent_toolset_20260401',
            default_config: { enabled: false },
            configs: [
              { name: 'read', enabled: true },
              { name: 'bash', enabled: true, permission_policy: { type: 'always_ask' } },
            ],
          },
          {
            type: 'custom',
            name: 'weather',
            description: 'The weather in a city.',
            input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        ],
      },
      environment_id: 'tidy',
      title: 'Photos',
      metadata: { folder: 'holidays' },
      budget: { type: 'limit', max_list_cost: { amount: '250', currency: 'USD' } },
    },
  },
};

export const updateExamples = {
  title: { summary: 'Another title, and one key less', value: { title: 'Photos of 2025', metadata: { folder: null } } },
};

export const sendExamples = {
  message: { summary: 'Says something', value: { events: [message] } },
  stop: {
    summary: 'Stops what it does, and says what to do instead',
    value: { events: [{ type: 'user.interrupt' }, message] },
  },
  decisions: {
    summary: 'Decides about calls that it asks about',
    value: {
      events: [
        { type: 'user.tool_confirmation', tool_use_id: 'sevt_1', result: 'allow', for_session: true },
        { type: 'user.tool_confirmation', tool_use_id: 'sevt_2', result: 'deny', deny_message: 'Keep the originals.' },
      ],
    },
  },
  result: {
    summary: 'The result of a tool of the client',
    value: {
      events: [
        {
          type: 'user.custom_tool_result',
          custom_tool_use_id: 'sevt_3',
          content: [{ type: 'text', text: 'Rain, 8 degrees' }],
        },
      ],
    },
  },
};
