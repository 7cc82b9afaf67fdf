import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../src/core/backend.ts';
import { HarnessError } from '../../src/core/errors.ts';
import type { Files } from '../../src/core/files.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import { messages } from '../../src/dialect/anthropic-messages/endpoint.ts';
import { chatCompletions } from '../../src/dialect/openai-chat/endpoint.ts';
import { responses } from '../../src/dialect/openai-responses/endpoint.ts';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { Journal } from '../../src/exchange/journal.ts';
import { RunningTurns } from '../../src/exchange/running-turns.ts';
import { Unattended, type UnattendedRequest } from '../../src/exchange/unattended.ts';
import { Responses } from '../../src/feature/responses/responses.ts';
import { mapStore, soleService } from '../support/map-store.ts';
import { StoredFileContents } from '../../src/feature/file-contents/file-contents.ts';
import { fakeFiles } from '../support/fake-files.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { memoryCache } from '../support/memory-cache.ts';
import { memoryConversations } from '../support/memory-conversations.ts';
import { memoryLog } from '../support/memory-log.ts';

const usage = { inputTokens: 3, cacheReadTokens: 2, cacheCreationTokens: 1, outputTokens: 4, thinkingTokens: 1 };
const answer: TurnEvent[] = [
  { type: 'start', model: 'claude-haiku-4-5', usage },
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'text', id: 0, text: 'Hello.' },
  { type: 'block_stop', id: 0 },
  { type: 'end', stopReason: 'end_turn', usage },
];

function setup(run: RunTurn, files: Files = memoryFiles()) {
  const log = memoryLog();
  const active = new ActiveWork();
  const running = new RunningTurns();
  const entries: JournalEntry[] = [];
  const admitted: (string | undefined)[] = [];
  const shared = {
    settings: {
      defaultModel: 'haiku',
      unsupportedParams: 'ignore',
      maxChoices: 4,
      showReasoning: true,
      planLimitStatus: 429,
    } as const,
    journal: new Journal([(entry) => entries.push(entry)], log),
    log,
    newId: () => '0'.repeat(32),
    now: () => 1_000,
  };
  const exchange = new Exchange({
    ...{ ...shared, run, running, cache: memoryCache(), conversations: memoryConversations() },
    fileContents: new StoredFileContents(files),
    admit: (client) => {
      admitted.push(client);
    },
    servedBy: (model) => ({ backend: 'cli', model }),
    responses: new Responses({ ...soleService, store: mapStore(), beginWork: () => active.begin(), log }),
  });
  const unattended = new Unattended({
    ...{ ...shared, exchange, endpoints: [messages, chatCompletions, responses] },
    isAgent: (model) => model === 'haiku:reviewer',
    ticks: () => 0,
  });
  const ask = (path: string, body: object | string, further: Partial<UnattendedRequest> = {}, signal = never) =>
    unattended.answer(
      {
        ...{ path, caller: 'sha256:a', client: 'night', batch: 'batch_1' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...further,
      },
      signal,
    );
  return { ask, unattended, entries, running, admitted, log };
}

const never = new AbortController().signal;
const hello = { model: 'haiku', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] };
const answering: RunTurn = async function* () {
  await Promise.resolve();
  yield* answer;
};

describe('requests without a connection', () => {
  it('are answered as over HTTP, and are in the journal with their client and batch', async () => {
    const { ask, entries, admitted } = setup(answering);
    expect(await ask('/v1/messages', hello)).toMatchObject({
      status: 200,
      requestId: `req_${'0'.repeat(32)}`,
      body: { type: 'message', content: [{ type: 'text', text: 'Hello.' }] },
      usage: { inputTokens: 6, cachedTokens: 2, outputTokens: 4, thinkingTokens: 1 },
    });
    expect(await ask('/v1/responses', { model: 'haiku', input: 'Hi' })).toMatchObject({
      body: { object: 'response', status: 'completed' },
    });
    expect(entries[0]).toMatchObject({
      ...{ client: 'night', batch: 'batch_1', route: '/v1/messages', dialect: 'anthropic', model: 'haiku' },
      ...{ background: true, status: 200, arrivedAt: 1_000 },
    });
    expect(entries).toHaveLength(2);
    expect(admitted).toEqual(['night', 'night']);
  });

  it('have the files of their client, and of nobody else', async () => {
    const files = fakeFiles();
    const seen: unknown[] = [];
    const { ask, unattended } = setup(async function* (conversation, { readFiles }) {
      seen.push((await readFiles?.(conversation))?.messages);
      yield* answer;
    }, files);
    const { id } = files.put({ bytes: 'Ten', owner: 'sha256:a' });
    const document = { type: 'document', source: { type: 'file', file_id: id } };
    const body = { ...hello, messages: [{ role: 'user', content: [document] }] };
    expect((await ask('/v1/messages', body)).status).toBe(200);
    expect(seen).toMatchObject([[{ content: [{ source: { type: 'text', data: 'Ten' } }] }]]);
    const stranger = { caller: 'sha256:b' };
    const message = expect.stringMatching(/^messages\.0\.content\.0\.source\.file_id: /) as unknown;
    const notFound = { code: 'FILE_NOT_FOUND', message };
    expect(await ask('/v1/messages', body, stranger)).toMatchObject({ status: 404, error: notFound });
    const question = { path: '/v1/messages', body: JSON.stringify(body), client: 'night', batch: 'job_1', ...stranger };
    await expect(unattended.check(question)).rejects.toMatchObject(notFound);
    expect(seen).toHaveLength(1);
    expect(files.reads).toEqual([id]);
  });

  it('fail in the envelope of their API, and say why', async () => {
    const { ask, entries } = setup(async function* () {
      yield* await Promise.resolve(answer.slice(0, 1));
      throw new HarnessError('OVERLOADED', 'Busy.');
    });
    expect(await ask('/v1/messages', hello)).toMatchObject({
      status: 529,
      body: { type: 'error', error: { type: 'overloaded_error' } },
      error: { code: 'OVERLOADED' },
    });
    expect(await ask('/v1/chat/completions', hello)).toMatchObject({ body: { error: { code: 'overloaded' } } });
    expect(entries).toMatchObject([{ status: 529, error: { code: 'OVERLOADED' } }, { batch: 'batch_1' }]);
  });

  it.each([
    ['a stream', '/v1/messages', { ...hello, stream: true }, 'stream'],
    ['the background', '/v1/responses', { model: 'haiku', input: 'Hi', background: true }, 'background'],
    ['an agent', '/v1/chat/completions', { ...hello, model: 'haiku:reviewer' }, 'model'],
    ['nothing', '/v1/messages', { model: 'haiku', max_tokens: 9 }, 'messages'],
  ])('that ask for %s are refused', async (_what, path, body, param) => {
    const { ask, entries } = setup(answering);
    expect(await ask(path, body)).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST', facts: { param } } });
    expect(entries).toMatchObject([{ status: 400, model: 'model' in body ? body.model : '' }]);
  });

  it('whose body is no JSON are refused', async () => {
    const { ask } = setup(answering);
    expect(await ask('/v1/messages', '{"model":')).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
  });

  it('pass their priority on, and none where there is none', async () => {
    const seen: TurnOptions[] = [];
    const { ask } = setup((...[conversation, options, signal]) => {
      seen.push(options);
      return answering(conversation, options, signal);
    });
    await ask('/v1/messages', hello, { priority: 'idle' });
    await ask('/v1/messages', hello);
    expect(seen.map(({ priority, client }) => [priority, client])).toEqual([
      ['idle', 'night'],
      [undefined, 'night'],
    ]);
  });

  it('can be seen while they run, and end with their signal', async () => {
    const ending = new AbortController();
    const { ask, running } = setup(async function* (_conversation, _options, signal) {
      yield* answer.slice(0, 1);
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    });
    const asked = ask('/v1/messages', hello, {}, ending.signal);
    await expect.poll(() => running.list()).toMatchObject([{ client: 'night', batch: 'batch_1' }]);
    ending.abort(new HarnessError('DRAINING', 'The harness is shutting down.'));
    expect(await asked).toMatchObject({ status: 503, error: { code: 'DRAINING' } });
    expect(running.list()).toEqual([]);
  });

  it('need a path that is served', async () => {
    const { ask, unattended } = setup(answering);
    await expect(ask('/v1/embeddings', hello)).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
    expect(['/v1/messages', '/v1/embeddings'].map((path) => unattended.serves(path))).toEqual([true, false]);
  });
});
