import { Readable } from 'node:stream';
import type { Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { errorCodes, HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import { openAiErrorKinds } from '../../../src/dialect/openai-shared/errors.ts';
import type { Batches } from '../../../src/core/batches.ts';
import type { CreatedAgents } from '../../../src/core/created-agents.ts';
import type { Files } from '../../../src/core/files.ts';
import type { Jobs } from '../../../src/core/jobs.ts';
import type { Sessions } from '../../../src/core/sessions.ts';
import type { Conversations } from '../../../src/feature/conversations/conversations.ts';
import { RunningTurns } from '../../../src/exchange/running-turns.ts';
import { QuestionLinks } from '../../../src/feature/question-notices/question-links.ts';
import { Responses } from '../../../src/feature/responses/responses.ts';
import { answering, prompting, upstream } from '../../../src/http/openapi/failures.ts';
import { hashToken } from '../../../src/util/token-hash.ts';
import { FakeCreatedAgents } from '../../support/agents/fake-created-agents.ts';
import { FakeSessions } from '../../support/agents/fake-sessions.ts';
import { MemoryBatches } from '../../support/batches/memory-batches.ts';
import { fakeOwner } from '../../support/fake-owner.ts';
import { mapStore, soleService } from '../../support/map-store.ts';
import { memoryAccess } from '../../support/memory-access.ts';
import { memoryCache } from '../../support/memory-cache.ts';
import { memoryConversations } from '../../support/memory-conversations.ts';
import { memoryPlan } from '../../support/memory-plan.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { memoryJobs } from '../../support/memory-jobs.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { chat, failWith, statusOf, testApp, type Reply } from '../test-app.ts';
import { expectDescribed, operations, type DescribedOperation } from './described.ts';
import { directBackend } from './direct-backend.ts';

/** Requests that would be answered, were it not for what the test does. */
const bodies: Readonly<Record<string, object>> = {
  '/v1/chat/completions': chat,
  '/v1/completions': { model: 'haiku', prompt: 'Hello' },
  '/v1/responses': { model: 'haiku', input: 'Hello' },
  '/v1/responses/input_tokens': { model: 'haiku', input: 'Hello' },
  '/v1/messages': { ...chat, max_tokens: 100 },
  '/v1/messages/count_tokens': chat,
};
const loginBodies: Readonly<Record<string, object>> = { '/dashboard/session': { token: 'wrong' } };
const sessionBodies: Readonly<Record<string, object>> = {
  '/v1/agents': { name: 'Reader', model: 'haiku', metadata: { profile: 'tidy' } },
  '/v1/agents/{id}': { name: 'Reader' },
  '/v1/sessions': { agent: 'tidy' },
  '/v1/sessions/{id}': { title: 'Photos' },
  '/v1/sessions/{id}/events': { events: [{ type: 'user.interrupt' }] },
  '/permissions/{id}/respond': { allowed: true },
  '/mcp/permission/check': { tool_name: 'bash', input: {}, permissionId: 'sevt_1' },
  '/query': { prompt: 'Hello' },
};
const ownerBodies: Readonly<Record<string, object>> = {
  '/chat': { prompt: 'Hello' },
  '/auth/login/code': { code: 'abc#def' },
  '/execute': { command: 'version' },
};
const batchBodies: Readonly<Record<string, object>> = {
  '/v1/messages/batches': { requests: [{ custom_id: 'a', params: { ...chat, max_tokens: 100 } }] },
  '/v1/batches': { input_file_id: 'file-1', endpoint: '/v1/completions', completion_window: '24h' },
};
const jobBodies: Readonly<Record<string, object>> = { '/v1/jobs': { prompt: 'Hello' } };
const allBodies = { ...bodies, ...sessionBodies, ...ownerBodies, ...loginBodies, ...batchBodies, ...jobBodies };
const bodyOf = ({ method, path }: DescribedOperation): object | undefined =>
  method === 'post' ? allBodies[path] : undefined;
const countPaths = ['/v1/messages/count_tokens', '/v1/responses/input_tokens'];
/** Those that go on with stored conversations. */
const continuingPaths = ['/v1/chat/completions', '/v1/responses', '/v1/messages'];
const turnPaths = Object.keys(bodies).filter((path) => !countPaths.includes(path));

const isUpload = ({ method, path }: DescribedOperation): boolean => method === 'post' && path === '/v1/files';
const form = [
  '--x',
  'content-disposition: form-data; name="purpose"',
  '',
  'vision',
  '--x',
  'content-disposition: form-data; name="file"; filename="a.txt"',
  '',
  'Hello',
  '--x--',
  '',
].join('\r\n');

interface Changes {
  body?: object;
  base?: string;
  id?: string;
  query?: string;
  headers?: Record<string, string>;
  /** Of an upload. */
  form?: string;
}

async function send(app: Express, operation: DescribedOperation, changes: Changes = {}): Promise<Reply> {
  const { method, path, bases } = operation;
  const { base = bases[0] ?? '', id = 'haiku', query = '', headers = {} } = changes;
  const asking = request(app)[method](base + path.replace('{id}', id) + query);
  const body = changes.body ?? bodyOf(operation);
  if (body !== undefined) void asking.type('json').send(JSON.stringify(body));
  if (isUpload(operation)) void asking.type('multipart/form-data; boundary=x').send(changes.form ?? form);
  return await asking.set(headers);
}

type App = Parameters<typeof testApp>[1];

const tokenHashes = [hashToken('right')];
const broken = (error: Error) => (): never => {
  throw error;
};

/** Every part of the service that can fail, failing. */
function brokenApp(error: Error, changes: App = {}): Express {
  const store = { ...mapStore(), find: broken(error), delete: broken(error) };
  const log = memoryLog();
  const beginWork = broken(new Error('nothing is made in the background'));
  return testApp(failWith(error), {
    status: statusOf({
      readiness: broken(error),
      health: broken(error),
      models: () => Promise.reject(error),
      countTokens: () => Promise.reject(error),
    }),
    direct: directBackend({ readiness: broken(error) }),
    metrics: {
      contentType: 'text/plain',
      render: () => Promise.reject(error),
      figures: () => Promise.reject(error),
      countRequest: () => undefined,
      countFallback: () => undefined,
      sink: () => undefined,
    },
    responses: new Responses({ ...soleService, store, beginWork, log }),
    sessions: brokenSessions(error),
    createdAgents: brokenAgents(error),
    questionLinks: brokenLinks(error),
    access: brokenAccess(error),
    owner: brokenOwner(error),
    cache: brokenCache(error),
    files: brokenFiles(error),
    budgets: { admit: () => undefined, uses: broken(error) },
    batchesState: broken(error),
    plan: { ...memoryPlan(), questions: { look: () => Promise.reject(error) } },
    running: brokenTurns(error),
    batches: brokenBatches(error),
    jobs: brokenJobs(error),
    ...changes,
  }).app;
}

const brokenTurns = (error: Error): RunningTurns =>
  Object.assign(new RunningTurns(), { list: broken(error), cancel: broken(error) });

/** Nobody can watch it. */
function brokenAccess(error: Error): ReturnType<typeof memoryAccess> {
  const access = memoryAccess(memoryLog());
  Object.defineProperty(access.log, 'feed', { get: broken(error) });
  const fail = () => Promise.reject(error);
  const store = { ...access.store, query: fail, occurrences: fail, summary: fail };
  return { ...access, store, usage: { sumsBy: fail, sumsByStart: fail } };
}

/** Nothing that its CLI is asked for can be had. */
function brokenOwner(error: Error): ReturnType<typeof fakeOwner> {
  const fail = () => Promise.reject(error);
  const signIn = { progress: { state: 'none' }, begin: fail, complete: fail, cancel: fail } as const;
  const controls = { authStatus: fail, signIn, signOut: fail, run: fail, processes: broken(error) };
  return { ...fakeOwner(controls), configuration: broken(error) };
}

function brokenFiles(error: Error): Files {
  const fail = () => Promise.reject(error);
  return { add: fail, describe: fail, list: fail, read: fail, delete: fail };
}

function brokenCache(error: Error): ReturnType<typeof memoryCache> {
  const fail = () => Promise.reject(error);
  return memoryCache({ store: { find: fail, save: fail, size: fail, deleteUntil: fail } });
}

const brokenBatches = (error: Error): Batches =>
  new Proxy(new MemoryBatches(), { get: () => () => Promise.reject(error) });

const brokenJobs = (error: Error): Jobs => new Proxy(memoryJobs(), { get: () => () => Promise.reject(error) });

const brokenSessions = (error: Error): Sessions =>
  new Proxy(new FakeSessions(), { get: () => () => Promise.reject(error) });

const brokenAgents = (error: Error): CreatedAgents =>
  new Proxy(new FakeCreatedAgents(), { get: () => () => Promise.reject(error) });

const brokenLinks = (error: Error): QuestionLinks => {
  const store = { signingKey: () => Promise.reject(error) };
  return Object.assign(
    new QuestionLinks({ questions: new FakeSessions(), store, publicUrl: 'http://127.0.0.1', now: Date.now }),
    { open: () => Promise.reject(error) },
  );
};

const brokenConversations = (error: Error): Conversations =>
  Object.assign(memoryConversations(), { open: () => Promise.reject(error) });

/** What sessions can refuse. */
function sessionCodes({ method, path }: DescribedOperation): readonly ErrorCode[] {
  const starting: ErrorCode[] = ['SESSION_CONFLICT', 'AGENT_UNAVAILABLE', 'DRAINING'];
  if (path.startsWith('/v1/agents') && method === 'post') {
    const changing: ErrorCode[] = ['AGENT_NOT_FOUND', 'ROLE_REQUIRED'];
    return path.endsWith('{id}') ? [...changing, 'AGENT_CONFLICT'] : changing;
  }
  if (path === '/query') return ['AGENT_NOT_FOUND', 'SESSION_NOT_FOUND', ...starting];
  if (path === '/query/{id}') return ['SESSION_NOT_FOUND', ...starting];
  if (path === '/v1/sessions') return method === 'post' ? ['AGENT_NOT_FOUND', ...starting] : [];
  if (path.endsWith('/decide')) {
    const ofLink: ErrorCode[] = ['SESSION_NOT_FOUND', 'SESSION_CONFLICT', 'LINK_EXPIRED'];
    return method === 'get' ? ofLink : [...ofLink, ...starting];
  }
  if (path.endsWith('/respond')) return ['SESSION_NOT_FOUND', ...starting];
  if (path === '/mcp/permission/check') return ['SESSION_NOT_FOUND', 'SESSION_CONFLICT'];
  if (!path.includes('{id}')) return [];
  if (path.startsWith('/permissions')) return ['SESSION_NOT_FOUND', 'SESSION_CONFLICT'];
  if (!path.startsWith('/v1/sessions')) return ['AGENT_NOT_FOUND'];
  if (path.endsWith('/events') && method === 'post') return ['SESSION_NOT_FOUND', ...starting];
  const isRead = method === 'get' && !path.endsWith('/stream');
  return isRead ? ['SESSION_NOT_FOUND'] : ['SESSION_NOT_FOUND', 'SESSION_CONFLICT'];
}

const wrongQuery = '?status=0&by=year&history=long';
const ofUsage = (path: string): boolean => /^\/(logs|v1\/(logs|usage|cache|budgets|turns))/.test(path);
const ofOwner = ({ tags }: DescribedOperation): boolean => tags.includes('Owner');
const ofAgents = (path: string): boolean =>
  /^\/(v1\/(agents|environments|sessions)|permissions|mcp|query|capabilities)/.test(path);

const ofMessageBatches = (path: string): boolean => path.startsWith('/v1/messages/batches');
const ofBatches = (path: string): boolean => ofMessageBatches(path) || path.startsWith('/v1/batches');

/** What batches can refuse. */
function batchCodes({ method, path }: DescribedOperation): readonly ErrorCode[] {
  if (path === '/v1/batches' && method === 'post') return ['FILE_NOT_FOUND'];
  const canConflict = method === 'delete' || path.endsWith('/results');
  return [
    ...(method === 'post' && !path.includes('{id}') ? [] : (['BATCH_NOT_FOUND'] as const)),
    ...(canConflict ? (['BATCH_CONFLICT'] as const) : []),
  ];
}

const ofJobs = (path: string): boolean => path.startsWith('/v1/jobs');

/** What jobs can refuse. */
function jobCodes({ method, path }: DescribedOperation): readonly ErrorCode[] {
  if (path !== '/v1/jobs' || method === 'get') return ['JOB_NOT_FOUND'];
  const ofRequest: ErrorCode[] = ['UNSUPPORTED_PARAMETER', 'FILE_NOT_FOUND', 'PREVIOUS_RESPONSE_NOT_FOUND'];
  return [...ofRequest, 'AGENT_NOT_FOUND', 'AGENT_UNAVAILABLE', 'QUEUE_FULL'];
}

/** What the CLI can refuse to its owner; whatever else is meant is none of these. */
const ownerCodes: readonly ErrorCode[] = ['CLI_MISSING', 'CLI_FAILED', 'SWITCHED_OFF', 'UPSTREAM_ERROR'];

/** What an operation's own part can fail with. */
function ownCodes(operation: DescribedOperation): readonly ErrorCode[] {
  const { path } = operation;
  if (ofAgents(path)) return sessionCodes(operation);
  if (ofBatches(path)) return batchCodes(operation);
  if (ofJobs(path)) return jobCodes(operation);
  // The text API has no structured output.
  if (path === '/v1/completions') return answering.filter((code) => code !== 'OUTPUT_INVALID');
  if (turnPaths.includes(path) || path === '/chat') return answering;
  if (ofOwner(operation)) return operation.method === 'post' ? ownerCodes : [];
  if (countPaths.includes(path)) return prompting;
  if (isUpload(operation)) return ['BODY_TOO_LARGE', 'FILES_FULL', 'DRAINING'];
  if (path === '/v1/files/{id}/content') return ['DRAINING'];
  if (path.startsWith('/v1/files')) return ['FILE_NOT_FOUND'];
  return /\/models(\/\{id\})?$|\/model\/info$/.test(path) ? upstream : [];
}

const anthropic = { 'anthropic-version': '2023-06-01' };

/** Every failure of an operation that can be brought about, each as a reply. */
async function failuresOf(operation: DescribedOperation): Promise<Reply[]> {
  const { path, bases } = operation;
  const wellApp = testApp(undefined, { direct: directBackend() }).app;
  const ask = (changes: Changes, options: App = {}) =>
    send(testApp(undefined, { direct: directBackend(), ...options }).app, operation, changes);
  const failure = (code: ErrorCode) =>
    new HarnessError(code, 'It failed.', code === 'PLAN_LIMIT_REACHED' ? { resetsAt: Date.now() + 5000 } : {});
  const replies = [
    ask({ headers: { host: 'evil.example' } }),
    ask({ headers: { host: 'evil.example', ...anthropic } }),
    ask({}, { tokenHashes }),
    ask({ headers: anthropic }, { tokenHashes }),
    send(brokenApp(new Error('a mistake')), operation),
    ...ownCodes(operation).flatMap((code) =>
      [{}, anthropic].map((headers) => send(brokenApp(failure(code)), operation, { headers })),
    ),
    ...(bases.includes('/api') ? [send(testApp().app, operation, { base: '/api' })] : []),
    ...(path === '/api/status' ? [send(testApp().app, operation)] : []),
  ];
  if (continuingPaths.includes(path)) {
    const headers = { 'x-session-id': 'session_0' };
    for (const code of ['SESSION_NOT_FOUND', 'SESSION_CONFLICT'] as const) {
      replies.push(ask({ headers }, { conversations: brokenConversations(failure(code)) }));
    }
  }
  const body = bodyOf(operation);
  if (body !== undefined) {
    replies.push(
      ask({ body: {} }),
      ask({ headers: { 'content-type': 'text/plain' } }),
      ask({}, { bodyLimitBytes: 10 }),
      ask({ body: { ...body, inference_geo: 'eu' } }, { unsupportedParams: 'reject' }),
      ask({ body: { ...body, previous_response_id: 'resp_none' } }),
    );
  }
  // Which API a path that cannot be read is of, only the header tells.
  const headers = ofAgents(path) || ofMessageBatches(path) ? anthropic : {};
  if (path.includes('{id}')) replies.push(ask({ id: 'resp_none' }));
  if (path.includes('{id}') && !path.startsWith('/query')) replies.push(ask({ id: '%zz', headers }));
  if (ofAgents(path)) {
    replies.push(ask({ query: '?limit=0&deployment_id=a' }), ask({ query: '?deployment_id=a' }));
    if (operation.method !== 'get') replies.push(ask({ headers: { 'content-type': 'text/plain' } }));
  }
  if (ofBatches(path) || ofJobs(path)) {
    replies.push(ask({ query: '?limit=0' }));
    if (operation.method !== 'get') replies.push(ask({ headers: { 'content-type': 'text/plain' } }));
  }
  // They take no body; one that is a form is refused.
  if (operation.method === 'delete' && /turns|dashboard|cache/.test(path)) {
    replies.push(ask({ headers: { 'content-type': 'text/plain' } }));
  }
  if (path === '/dashboard/session') replies.push(ask({ headers: { origin: 'http://evil.example' } }));
  if (ofOwner(operation) && operation.method !== 'get') {
    const headers = { 'content-type': 'text/plain' };
    replies.push(ask({ headers }), ask({ headers: { ...headers, ...anthropic } }));
  }
  if (ofUsage(path) || ofOwner(operation)) {
    const headers = { 'x-api-key': 'right' };
    replies.push(ask({ headers }, { tokenHashes }), ask({ headers: { ...headers, ...anthropic } }, { tokenHashes }));
    // The others have no query that could be wrong, and a stream has no end.
    if (ofUsage(path) && /query|stats|usage/.test(path))
      replies.push(ask({ query: wrongQuery }), ask({ query: wrongQuery, headers: anthropic }));
  }
  if (path.startsWith('/auth/')) replies.push(ask({ query: '?login=' }), ask({ query: '?login=', headers: anthropic }));
  if (path.endsWith('/models')) replies.push(ask({ query: '?limit=0', headers: anthropic }));
  if (path.startsWith('/v1/files')) replies.push(...(await fileFailures(operation)));
  if (path.startsWith('/v1/responses/')) replies.push(...(await storedFailures(wellApp, operation)));
  return (await Promise.all(replies)).filter(({ status }) => status >= 400);
}

/** A file that is there, or comes, asked for in ways that it cannot be. */
async function fileFailures(operation: DescribedOperation): Promise<Promise<Reply>[]> {
  const files = memoryFiles();
  const draft = { idPrefix: 'file_', filename: 'a.txt', purpose: 'vision' } as const;
  const { id } = await files.add(undefined, draft, Readable.from([Buffer.from('Hello')]));
  const { app } = testApp(undefined, { files });
  return [{}, anthropic].flatMap((headers) => [
    send(app, operation, { id, form: '--x--\r\n', query: '?limit=0', headers }),
    send(app, operation, { id, headers: { ...headers, 'content-type': 'text/plain', range: 'bytes=9-' } }),
  ]);
}

/** A response that is there, asked for in ways that it cannot be. */
async function storedFailures(app: Express, operation: DescribedOperation): Promise<Promise<Reply>[]> {
  const made = (await request(app).post('/v1/responses').send({ model: 'haiku', input: 'Hello' })) as Reply;
  const { id } = made.body as { id: string };
  return operation.method === 'delete' ? [] : [send(app, operation, { id, query: '?limit=0&stream=maybe' })];
}

/** Statuses that stand in the description and that nothing brings about in these tests. */
const unprovoked: Readonly<Record<string, readonly string[]>> = {
  // They are fixed texts.
  '/': ['500'],
  '/api/hello': ['500'],
  '/docs': ['500'],
  '/redoc': ['500'],
  '/dashboard': ['500'],
  '/dashboard/session': ['500'],
  '/openapi.json': ['500'],
  // That it is not ready is no failure.
  '/ready': ['503'],
};

describe.each(operations.map((operation) => [operation.method, operation.path, operation] as const))(
  'the failures of %s %s',
  (_method, path, operation) => {
    it('are as described, and all that are described come', async () => {
      const replies = await failuresOf(operation);
      for (const reply of replies) expectDescribed(operation, reply);

      const described = Object.keys(operation.responses).filter((status) => Number(status) >= 400);
      const provoked = new Set([...replies.map(({ status }) => String(status)), ...(unprovoked[path] ?? [])]);
      expect(described.toSorted()).toEqual([...provoked].toSorted());
    });
  },
);

it('every failure is described of some operation, but for those that have no operation or no answer', () => {
  const without = [
    // Of paths and methods that nobody has.
    'ROUTE_NOT_FOUND',
    'METHOD_NOT_ALLOWED',
    // The client is gone; or has a part of the answer, so that it is an event.
    'ABORTED',
    'ANSWER_RESTARTED',
    // Of an API whose failures have no codes.
    'FOLDER_NOT_ALLOWED',
  ];
  const described = JSON.stringify(operations.map(({ responses }) => responses));
  const missing = errorCodes.filter((code) => !described.includes(`"${openAiErrorKinds[code].code}"`));
  expect(missing.toSorted()).toEqual(without.toSorted());
});
