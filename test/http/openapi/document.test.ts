import { Validator } from '@seriousme/openapi-schema-validator';
import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { hashToken } from '../../../src/util/token-hash.ts';
import { version } from '../../../src/util/version.ts';
import { FakeCreatedAgents } from '../../support/agents/fake-created-agents.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { draftOf, profileOf } from '../../support/agents/profile.ts';
import { addText } from '../../support/batches/file-texts.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { testApp, type Reply } from '../test-app.ts';
import { directBackend } from './direct-backend.ts';
import { document, expectDescribed, expectValid, operations, schemaAt, type DescribedOperation } from './described.ts';

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

/** Every method of every path that express has a handler for; those that answer 405 take any method. */
function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (route === undefined) return routesOf(handle.stack ?? []);
    const methods = route.methods['_all'] === true ? [] : Object.keys(route.methods);
    const paths = [route.path].flat().map((path) => path.replace(/[:*](\w+)/, '{$1}'));
    return methods.flatMap((method) => paths.map((path) => `${method} ${path}`));
  });
}

const layersOf = (app: Express): Layer[] => (app as unknown as { router: { stack: Layer[] } }).router.stack;

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ version });
  });

  it('has names for its operations that are each given once', () => {
    const ids = operations.map((operation) => (operation as unknown as { operationId: string }).operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('describes the groups of its operations', () => {
    const described = (document['tags'] as { name: string }[]).map(({ name }) => name);
    expect([...new Set(operations.flatMap(({ tags }) => tags))].toSorted()).toEqual(described.toSorted());
  });

  it('has every route of the service, and no other', () => {
    const { app } = testApp(undefined, { direct: directBackend() });
    // What the pages consist of is their own matter, and what is never answered is no part of the API.
    const routes = routesOf(layersOf(app)).filter(
      (route) =>
        !/^get \/(docs|dashboard)\/assets\//.test(route) &&
        !route.endsWith('/v1/responses/compact') &&
        !/^(post|delete) \/v1\/environments/.test(route),
    );
    const described = operations.flatMap(({ method, path, bases }) => bases.map((base) => `${method} ${base}${path}`));
    expect(described.toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it('is served as it is, to those who have a token', async () => {
    const { app } = testApp(undefined, { tokenHashes: [hashToken('right')] });
    expect((await request(app).get('/openapi.json')).status).toBe(401);
    for (let time = 0; time < 2; time += 1) {
      const reply = (await request(app).get('/openapi.json').set('authorization', 'Bearer right')) as Reply;
      expect(reply.body).toEqual(JSON.parse(JSON.stringify(document)));
    }
    const elsewhere = await request(app).get('/openapi.json').set({ host: 'evil.example', 'x-api-key': 'right' });
    expect(elsewhere.status).toBe(403);
    expect((await request(app).post('/openapi.json').set('x-api-key', 'right')).status).toBe(405);
  });
});

const examples = operations.flatMap((operation) =>
  Object.entries(operation.requestBody?.content['application/json']?.examples ?? {}).map(
    ([name, { value }]) => [`${operation.method} ${operation.path}`, name, operation, value] as const,
  ),
);

/** The one status under 300 that an operation answers. */
function successOf({ responses }: DescribedOperation): number {
  const statuses = Object.keys(responses).map(Number);
  const successes = statuses.filter((status) => status < 300);
  expect(successes).toHaveLength(1);
  return Number(successes[0]);
}

describe('the examples', () => {
  it('are there for every request that has a body', () => {
    const withBody = operations.filter(({ requestBody }) => requestBody?.content['application/json'] !== undefined);
    expect(new Set(examples.map(([, , operation]) => operation))).toEqual(new Set(withBody));
    expect(withBody).toHaveLength(21);
  });

  it.each(examples)('%s: %s is as its schema says, and accepted', async (_operation, _name, operation, value) => {
    const { method, path } = operation;
    expectValid(schemaAt('paths', path, method, 'requestBody', 'content', 'application/json', 'schema'), value);
    const sessions = new FakeSessions(profileOf());
    const files = memoryFiles();
    const file = await addText(files, '\n');
    const { app } = testApp(undefined, {
      unsupportedParams: 'reject',
      files,
      sessions,
      createdAgents: new FakeCreatedAgents(),
    });
    const { id } = await sessions.create(undefined, draftOf());
    sessions.endsTurns = true;
    const call = sessions.say(id, { type: 'agent.tool_use', name: 'bash', input: {}, evaluated_permission: 'ask' });
    const idOf = path.startsWith('/v1/agents') ? 'tidy' : id;
    const url = path.replace('{id}', path.startsWith('/permissions') ? call.id : idOf);
    const body = JSON.stringify(value)
      .replaceAll(/sevt_[0-9a-f]{32}/g, call.id)
      .replaceAll(/file-[0-9a-f]{32}/g, file.id);
    const reply = (await request(app)[method](url).type('json').send(body)) as Reply;
    expect(reply.status).toBe(successOf(operation));
    expectDescribed(operation, reply);
  });
});
