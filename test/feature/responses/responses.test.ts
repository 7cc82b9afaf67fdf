import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import type { BackgroundAnswer } from '../../../src/core/endpoint.ts';
import type { BackgroundRequest } from '../../../src/feature/responses/background-run.ts';
import type { ResponseStore, StoredResponse } from '../../../src/feature/responses/response-store.ts';
import { Responses } from '../../../src/feature/responses/responses.ts';
import { mapStore, soleService } from '../../support/map-store.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';

function setup(store: ResponseStore = mapStore(), service = soleService) {
  const log = memoryLog();
  const work = { running: 0, shutdown: new AbortController() };
  const beginWork = () => {
    work.running += 1;
    return {
      signal: work.shutdown.signal,
      end: () => {
        work.running -= 1;
      },
    };
  };
  return { store, log, work, responses: new Responses({ ...service, store, beginWork, log, beatMs: 20 }) };
}

const entryOf = (id: string, previousId?: string, response: object = {}): StoredResponse => ({
  id,
  createdAt: 1,
  response: { id, status: 'completed', background: true, output: [{ id: `${id}-out` }], ...response },
  inputItems: [{ id: `${id}-in` }],
  ...(previousId !== undefined && { previousId }),
});
const codeOf = (code: string, facts: object = {}): unknown =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) as unknown });

/** Notes what it takes in. */
function recorder(): BackgroundAnswer & { told: string[] } {
  const told: string[] = [];
  let status = 'queued';
  const note = (what: string, next: string) => {
    told.push(what);
    status = next;
    return [{ what }];
  };
  const body = () => ({ status, background: true, output: [] });
  return {
    told,
    kept: {
      id: 'r',
      createdAt: 1,
      inputItems: [],
      get response() {
        return body();
      },
    },
    body,
    queue: () => note('queue', 'queued'),
    push: ({ type }) => note(type, type === 'end' ? 'completed' : 'in_progress'),
    fail: ({ code }) => note(code, 'failed'),
    cancel: () => note('cancel', 'cancelled'),
  };
}

const usage = { inputTokens: 1, cacheReadTokens: 0, cacheCreationTokens: 0, outputTokens: 1, thinkingTokens: 0 };
const start: TurnEvent = { type: 'start', model: 'm', usage };
const end: TurnEvent = { type: 'end', stopReason: 'end_turn', usage };

async function* answers(): AsyncGenerator<TurnEvent> {
  await Promise.resolve();
  yield start;
  yield end;
}

/** Begins, and goes on until it is aborted. */
async function* hangs(signal: AbortSignal): AsyncGenerator<TurnEvent> {
  yield start;
  signal.throwIfAborted();
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

const planOf = (run: BackgroundRequest['run'], more: { streams?: boolean } = {}) => ({
  answer: recorder(),
  run,
  streams: true,
  ...more,
});
const statusOf = (entry: StoredResponse | undefined) => (entry?.response as { status?: string } | undefined)?.status;

describe('a chain of responses', () => {
  it('is what was said, the oldest first', async () => {
    const { responses } = setup();
    for (const entry of [entryOf('a'), entryOf('b', 'a'), entryOf('c', 'b')]) await responses.save(entry);
    const ids = (await responses.itemsUntil('c')).map((item) => (item as { id: string }).id);
    expect(ids).toEqual(['a-in', 'a-out', 'b-in', 'b-out', 'c-in', 'c-out']);
  });

  it('that is broken is told, wherever it is', async () => {
    const { responses } = setup();
    await responses.save(entryOf('b', 'a'));
    const lost = codeOf('PREVIOUS_RESPONSE_NOT_FOUND', { param: 'previous_response_id' });
    await expect(responses.itemsUntil('x')).rejects.toThrow(lost);
    await expect(responses.itemsUntil('b')).rejects.toThrow(lost);
  });

  it('cannot go through a response that is still being made', async () => {
    const { responses } = setup();
    await responses.start(planOf(hangs));
    await expect(responses.itemsUntil('r')).rejects.toThrow(
      codeOf('INVALID_REQUEST', { param: 'previous_response_id' }),
    );
    await responses.delete('r');
  });

  it('gives its items by their ids', async () => {
    const { responses } = setup();
    await responses.save(entryOf('a'));
    expect(await responses.findItem('a', 'a-out')).toEqual({ id: 'a-out' });
    expect(await responses.findItem('a', 'a-in')).toEqual({ id: 'a-in' });
    expect(await responses.findItem('a', 'x')).toBeUndefined();
    expect(await responses.findItem('x', 'a-in')).toBeUndefined();
  });
});

describe('a response', () => {
  it('that cannot be stored is a warning', async () => {
    const full = new HarnessError('INTERNAL', 'The disk is full.');
    const { responses, log } = setup(
      mapStore(() => {
        throw full;
      }),
    );
    expect(await responses.save(entryOf('a'))).toContain('could not be stored');
    expect(log.lines).toMatchObject([{ level: 'error', fields: { response_id: 'a', error: full } }]);
  });

  it('is gone when it was deleted', async () => {
    const { responses } = setup();
    await responses.save(entryOf('a'));
    await responses.delete('a');
    await expect(responses.get('a')).rejects.toThrow(codeOf('RESPONSE_NOT_FOUND'));
    await expect(responses.delete('a')).rejects.toThrow(codeOf('RESPONSE_NOT_FOUND'));
  });

  it.each(['queued', 'in_progress'])('that another process left %s has failed', async (status) => {
    const { responses } = setup();
    await responses.save(entryOf('a', undefined, { status }));
    const failed = { status: 'failed', error: { code: 'server_error' } };
    expect((await responses.get('a')).response).toMatchObject(failed);
    expect((await responses.cancel('a')).response).toMatchObject(failed);
    expect(await responses.itemsUntil('a')).toHaveLength(2);
  });
});

describe('a background answer', () => {
  it('is kept from the start, and when it is over', async () => {
    const { responses, store, work } = setup();
    const { warning } = await responses.start(planOf(answers));
    expect(warning).toBeUndefined();
    expect(statusOf(await store.find('r'))).toBe('queued');
    expect(work.running).toBe(1);
    await eventually(async () => {
      expect(statusOf(await store.find('r'))).toBe('completed');
    });
    expect(work.running).toBe(0);
  });

  it('is cancelled once, and stays so', async () => {
    const { responses, store, work } = setup();
    const plan = planOf(hangs);
    await responses.start(plan);
    expect(statusOf(await responses.cancel('r'))).toBe('cancelled');
    expect(statusOf(await responses.cancel('r'))).toBe('cancelled');
    expect(statusOf(await store.find('r'))).toBe('cancelled');
    expect(plan.answer.told).toEqual(['queue', 'start', 'cancel']);
    expect(work.running).toBe(0);
  });

  it('that is over cannot be cancelled any more', async () => {
    const { responses, store } = setup();
    await responses.start(planOf(answers));
    await eventually(async () => {
      expect(statusOf(await store.find('r'))).toBe('completed');
    });
    expect(statusOf(await responses.cancel('r'))).toBe('completed');
  });

  it('is the only kind that can be cancelled', async () => {
    const { responses } = setup();
    await responses.save(entryOf('a', undefined, { background: false }));
    await expect(responses.cancel('a')).rejects.toThrow(codeOf('INVALID_REQUEST'));
    await expect(responses.cancel('x')).rejects.toThrow(codeOf('RESPONSE_NOT_FOUND'));
  });

  it('fails with the shutdown, and is kept before that goes on', async () => {
    const { responses, store, work } = setup();
    const plan = planOf(hangs);
    await responses.start(plan);
    work.shutdown.abort(new HarnessError('DRAINING', 'Stopped.'));
    await eventually(() => {
      expect(work.running).toBe(0);
    });
    expect(statusOf(await store.find('r'))).toBe('failed');
    expect(plan.answer.told.at(-1)).toBe('DRAINING');
  });

  it('that is deleted ends, and leaves nothing', async () => {
    const { responses, store, work } = setup();
    await responses.start(planOf(hangs));
    await responses.delete('r');
    expect(work.running).toBe(0);
    expect(await store.find('r')).toBeUndefined();
    expect(await responses.find('r')).toBeUndefined();
  });

  it('is there for a while even when it cannot be stored', async () => {
    const { responses } = setup(
      mapStore(() => {
        throw new Error('no room');
      }),
    );
    const { warning } = await responses.start(planOf(answers));
    expect(warning).toContain('could not be stored');
    await eventually(async () => {
      expect(statusOf(await responses.find('r'))).toBe('completed');
    });
  });

  it('can be followed while it is made and after, where its events are kept', async () => {
    const { responses, store } = setup();
    const { run } = await responses.start(planOf(answers));
    const never = new AbortController().signal;
    const read = async (events: AsyncIterable<object> | undefined): Promise<unknown[]> => {
      const seen: unknown[] = [];
      for await (const event of events ?? []) seen.push((event as { what: string }).what);
      return seen;
    };
    expect(await read(run.follow(0, never))).toEqual(['queue', 'start', 'end']);
    await eventually(async () => {
      expect(statusOf(await store.find('r'))).toBe('completed');
    });
    expect(await read(responses.run('r')?.follow(2, never))).toEqual(['end']);
    const { run: silent } = await responses.start(planOf(answers, { streams: false }));
    expect(silent.follow(0, never)).toBeUndefined();
  });
});

describe('a background answer of another service', () => {
  function setupTwo(isGone = false) {
    const store = mapStore();
    const maker = setup(store, { ...soleService, serviceId: 'maker' });
    const other = setup(store, { ...soleService, serviceId: 'other', isGone: (id) => isGone && id === 'maker' });
    return { store, maker, other };
  }

  it('is shown as it is, and nobody can go on from it yet', async () => {
    const { maker, other } = setupTwo();
    await maker.responses.start(planOf(hangs));
    expect(statusOf(await other.responses.get('r'))).toBe('queued');
    await expect(other.responses.itemsUntil('r')).rejects.toThrow(codeOf('INVALID_REQUEST'));
    await maker.responses.delete('r');
  });

  it('has failed when that service is gone, and when it has not renewed its claim', async () => {
    const { store, maker, other } = setupTwo(true);
    await maker.responses.start(planOf(hangs));
    expect(statusOf(await other.responses.get('r'))).toBe('failed');
    const later = setup(store, { ...soleService, serviceId: 'later', now: () => Date.now() + 31_000 });
    expect(statusOf(await later.responses.get('r'))).toBe('failed');
    await maker.responses.delete('r');
  });

  it('is cancelled by it', async () => {
    const { store, maker, other } = setupTwo();
    const plan = planOf(hangs);
    await maker.responses.start(plan);
    expect(statusOf(await other.responses.cancel('r'))).toBe('cancelled');
    expect(plan.answer.told).toEqual(['queue', 'start', 'cancel']);
    expect(statusOf(await store.find('r'))).toBe('cancelled');
  });

  it('ends when it is deleted, and does not come back', async () => {
    const { store, maker, other } = setupTwo();
    await maker.responses.start(planOf(hangs));
    await other.responses.delete('r');
    await eventually(() => {
      expect(maker.work.running).toBe(0);
    });
    expect(await store.find('r')).toBeUndefined();
    expect(await maker.responses.find('r')).toBeUndefined();
  });
});
