import { expect, it } from 'vitest';
import { configKeys, configSections, findKey } from '../../src/config/keys.ts';

it('a key in a section has two underscores in its variable', () => {
  expect(findKey('limits.queue_timeout')).toMatchObject({
    section: 'limits',
    name: 'queue_timeout',
    environmentName: 'CLAUDE_HARNESS_LIMITS__QUEUE_TIMEOUT',
    kind: 'duration',
  });
});

it('a key outside the sections has its bare name', () => {
  expect(findKey('unsupported_params')).toMatchObject({
    section: undefined,
    environmentName: 'CLAUDE_HARNESS_UNSUPPORTED_PARAMS',
  });
});

it('tokens and the environment of the CLI are the secrets', () => {
  expect(configKeys.filter(({ secret }) => secret).map(({ path }) => path)).toEqual([
    'server.tokens',
    'claude.env',
    'state.url',
    'batches.webhook',
    'batches.webhook_secret',
    'jobs.webhook',
    'jobs.webhook_secret',
    'observe.otlp_headers',
    'alerts.url',
    'alerts.token',
    'agents.owners',
    'agents.notify_url',
    'agents.notify_token',
  ]);
});

it('only keys without a default are optional', () => {
  expect(configKeys.filter(({ optional }) => optional).map(({ path }) => path)).toEqual([
    'tunnel.public_url',
    'tunnel.token_file',
    'tunnel.ssh_destination',
    'tunnel.ssh_key',
    'tunnel.ssh_known_hosts',
    'claude.path',
    'claude.workspace',
    'models.unknown',
    'direct.api_key_env',
    'state.path',
    'state.url',
    'batches.hours',
    'batches.webhook',
    'batches.webhook_secret',
    'files.path',
    'files.max_per_client',
    'jobs.webhook',
    'jobs.webhook_secret',
    'observe.otlp_endpoint',
    'alerts.url',
    'alerts.token',
    'agents.ask_timeout',
    'agents.notify_url',
    'agents.notify_token',
    'agents.notify_public_url',
  ]);
});

it.each(configKeys.map(({ path, description }) => [path, description]))('%s is described in sentences', (_, text) => {
  expect(text).toMatch(/^[A-Z`].*\.$/);
});

it('sections stand in the order of the schema, each with a description', () => {
  expect(configSections.map(({ name }) => name)).toEqual([
    'server',
    'tunnel',
    'claude',
    'models',
    'direct',
    'pool',
    'limits',
    'state',
    'responses',
    'conversations',
    'batches',
    'cache',
    'files',
    'jobs',
    'logging',
    'observe',
    'admin',
    'alerts',
    'agents',
  ]);
  for (const { description } of configSections) expect(description).toMatch(/\.$/);
});

it('a name that every object has is not a key', () => {
  expect(findKey('constructor')).toBeUndefined();
});
