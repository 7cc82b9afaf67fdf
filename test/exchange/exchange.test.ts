import { describe, expect, it } from 'vitest';
import type { Backend, RunTurn } from '../../src/core/backend.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import { HarnessError } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { messages } from '../../src/dialect/anthropic-messages/endpoint.ts';
import { chatCompletions } from '../../src/dialect/openai-chat/endpoint.ts';
import { completions } from '../../src/dialect/openai-chat/text-endpoint.ts';
import { responses } from '../../src/dialect/openai-responses/endpoint.ts';
import { ActiveWork } from '../../src/exchange/active-work.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { Journal } from '../../src/exchange/journal.ts';
import { RequestRecord } from '../../src/exchange/record.ts';
import { RunningTurns } from '../../src/exchange/running-turns.ts';
import { Responses } from '../../src/feature/responses/responses.ts';
import { StoredFileContents } from '../../src/feature/file-contents/file-contents.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { memoryCache } from '../support/memory-cache.ts';
import { memoryConversations } from '../support/memory-conversations.ts';
import { mapStore, soleService } from '../support/map-store.ts';
import { memoryLog } from '../support/memory-log.ts';
import { eventually } from '../util/eventually.ts';

const usage = { inputTokens: 3, cacheReadTokens: 2, cacheCreationTokens: 1, outputTokens: 4, thinkingTokens: 0 };
const answer: TurnEvent[] = [
  { type: 'start', model: 'claude-haiku-4-5', usage },
  { type: 'block_start', id: 0, block: { type: 'text' } },
  { type: 'text', id: 0, text: 'Hello, ' },
  { type: 'text', id: 0, text: 'house.' },
  { type: 'block_stop', id: 0 },
  { type: 'end', stopReason: 'end_turn', usage },
];

const answering: RunTurn = async function* (_conversation, { onStage }) {
  await Promise.resolve();
  onStage?.({ name: 'admitted', backend: 'cli' });
  yield* answer;
};
const failing: RunTurn = async function* (_conversation, { onStage }) {
  await Promise.resolve();
  onStage?.({ name: 'admitted', backend: 'cli' });
  yield* answer.slice(0, 3);
  throw new HarnessError('OVERLOADED', 'Busy.');
};

function setup(run: Backend['run'] = answering) {
  const log = memoryLog();
  const store = mapStore();
  const active = new ActiveWork();
  const entries: JournalEntry[] = [];
  const running = new RunningTurns();
  let ids = 0;
  const exchange = new Exchange({
    admit: () => undefined,
    run,
    servedBy: (model) => ({ backend: 'cli', model }),
    cache: memoryCache(),
    settings: {
      defaultModel: 'haiku',
      unsupportedParams: 'ignore',
      maxChoices: 4,
      showReasoning: true,
      planLimitStatus: 429,
    },
    responses: new Responses({ ...soleService, store, beginWork: () => active.begin(), log }),
    conversations: memoryConversations(),
    fileContents: new StoredFileContents(memoryFiles()),
    journal: new Journal([(entry) => entries.push(entry)], log),
    running,
    log,
    newId: () => String((ids += 1)).padStart(32, '0'),
    now: () => 1_000,
  });
  return { exchange, entries, store, active, running };
}

const never = new AbortController().signal;
const recordFor = ({ path, dialect }: Endpoint): RequestRecord =>
  new RequestRecord('req_1', () => 0, { arrivedAt: 500 }, { route: path, dialect, client: 'token 1' });

/** What a batch would do with a line of its file. */
async function inBatch(run: RunTurn, endpoint: Endpoint, body: object) {
  const { exchange } = setup(run);
  const record = recordFor(endpoint);
  try {
    const asked = await exchange.parse(endpoint, body, record);
    return { body: await exchange.whole(asked, never), entry: record.entry({ status: 200 }) };
  } catch (reason) {
    const { status, body: failure } = endpoint.error(record.failed(reason), {
      requestId: 'req_1',
      now: () => 1_000,
      stream: false,
      planLimitStatus: 429,
    });
    return { body: failure, entry: record.entry({ status }) };
  }
}

const user = [{ role: 'user', content: 'Hi' }];
const dialects: [name: string, endpoint: Endpoint, body: object, said: object, failed: object][] = [
  [
    'chat completions',
    chatCompletions,
    { messages: user },
    { object: 'chat.completion', created: 1, choices: [{ message: { content: 'Hello, house.' } }] },
    { error: { code: 'overloaded' } },
  ],
  [
    'text completions',
    completions,
    { prompt: 'Hi' },
    { object: 'text_completion', choices: [{ text: 'Hello, house.' }] },
    { error: { code: 'overloaded' } },
  ],
  [
    'responses',
    responses,
    { input: 'Hi' },
    { object: 'response', status: 'completed', output: [{ content: [{ text: 'Hello, house.' }] }] },
    { error: { code: 'overloaded' } },
  ],
  [
    'messages',
    messages,
    { messages: user, max_tokens: 9 },
    { type: 'message', content: [{ type: 'text', text: 'Hello, house.' }] },
    { type: 'error', error: { type: 'overloaded_error' }, request_id: 'req_1' },
  ],
];

describe.each(dialects)('%s without HTTP', (_name, endpoint, body, said, failed) => {
  it('are answered whole, and everything about them is known at the end', async () => {
    const { body: answered, entry } = await inBatch(answering, endpoint, body);
    expect(answered).toMatchObject(said);
    expect(entry).toMatchObject({
      requestId: 'req_1',
      client: 'token 1',
      route: endpoint.path,
      dialect: endpoint.dialect,
      model: 'haiku',
      served: 'claude-haiku-4-5',
      backend: 'cli',
      finish: 'end_turn',
      status: 200,
      stream: false,
      background: false,
      tokensIn: 6,
      tokensOut: 4,
      tokensCached: 2,
    });
    expect(entry).not.toHaveProperty('error');
  });

  it('are answered in pieces, each once the one before was taken', async () => {
    const { exchange } = setup();
    const asked = await exchange.parse(endpoint, { ...body, stream: true }, recordFor(endpoint));
    const sent: object[] = [];
    const outcome = await exchange.stream(asked, never, {
      send: (events) => Promise.resolve(void sent.push(...events)),
      hasBegun: () => sent.length > 0,
    });
    expect(outcome).toBe('complete');
    const text = sent.map((event) => endpoint.frames.toFrame(event)).join('');
    expect(text.indexOf('Hello, ')).toBeGreaterThan(-1);
    expect(text.indexOf('house.')).toBeGreaterThan(text.indexOf('Hello, '));
  });

  it('fail in the words of their clients, and are known to have failed', async () => {
    const { body: failure, entry } = await inBatch(failing, endpoint, body);
    expect(failure).toMatchObject(failed);
    expect(entry).toMatchObject({ error: { code: 'OVERLOADED' }, backend: 'cli' });
    expect(entry.status).toBeGreaterThanOrEqual(500);
  });

  it('are refused with the field at fault before any turn', async () => {
    const { body: failure, entry } = await inBatch(answering, endpoint, { ...body, model: 7 });
    expect(JSON.stringify(failure)).toContain('model');
    expect(entry).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
    expect(entry).not.toHaveProperty('backend');
  });
});

describe('an answer in the background', () => {
  const asked = { input: 'Hi', background: true };

  it.each([
    ['that is made', answering, { status: 200, finish: 'end_turn', tokensOut: 4 }, 'completed'],
    ['that fails', failing, { status: 503, error: { code: 'OVERLOADED' } }, 'failed'],
  ] as const)('%s is in the journal like any other, once it is over', async (_what, run, entry, status) => {
    const { exchange, entries, store, active } = setup(run);
    const record = recordFor(responses);
    const { body } = await exchange.background(await exchange.parse(responses, asked, record));
    expect(body).toMatchObject({ status: 'queued' });
    expect(record.isDetached).toBe(true);
    expect(await active.idle(5000)).toBe(true);
    const common = { route: '/v1/responses', client: 'token 1', background: true, backend: 'cli', model: 'haiku' };
    expect(entries).toMatchObject([{ ...common, ...entry }]);
    await eventually(() => {
      expect([...store.entries.values()].map(({ response }) => response)).toMatchObject([{ status }]);
    });
  });

  it('that is cancelled is no failure of the service', async () => {
    const hanging: RunTurn = async function* (_conversation, _turn, signal) {
      yield* answer.slice(0, 1);
      signal.throwIfAborted();
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    };
    const { exchange, entries } = setup(hanging);
    const { run } = await exchange.background(await exchange.parse(responses, asked, recordFor(responses)));
    await run.cancel();
    expect(entries).toMatchObject([{ status: 499, error: { code: 'ABORTED' } }]);
  });
});

describe('the journal', () => {
  it('keeps a sink that fails from nobody else', () => {
    const log = memoryLog();
    const entries: JournalEntry[] = [];
    const broken = () => {
      throw new Error('no room');
    };
    const journal = new Journal([broken, (entry) => entries.push(entry)], log);
    journal.write(recordFor(messages).entry({ status: 200 }));
    expect(entries).toHaveLength(1);
    expect(log.lines).toMatchObject([{ level: 'error', fields: { request_id: 'req_1' } }]);
  });
});
