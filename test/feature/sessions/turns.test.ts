import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { TurnEnding } from '../../../src/core/agent-engine.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import type { ClientEvent } from '../../../src/core/session-event.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import {
  brief,
  briefly,
  draft,
  eventsOf,
  idOf,
  openSessions,
  poll,
  profile,
  untilLast,
  user,
} from './open-sessions.ts';

describe('a turn', () => {
  it('is told from its start to its end, with usage and cost', async () => {
    const service = openSessions();
    const { id, status } = await service.sessions.create(undefined, draft({ events: [user('hello')] }));
    expect(['idle', 'running']).toContain(status);
    const events = await untilLast(service, id, 'idle: end_turn');
    expect(events.map(brief)).toEqual([
      'running',
      'user.message: hello',
      'span.model_request_start',
      'agent.message: re: hello',
      'span.model_request_end',
      'idle: end_turn',
    ]);
    expect(await service.sessions.get(undefined, id)).toMatchObject({
      status: 'idle',
      usage: { input_tokens: 10, output_tokens: 2, costUsd: 0.5 },
    });
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });

  it('runs alone: messages that come meanwhile wait, and take effect in order', async () => {
    const service = openSessions();
    const { sessions, engine } = service;
    const ends: (() => void)[] = [];
    engine.script = (turn) => {
      ends.push(() => {
        turn.end();
      });
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(service, id, 'user.message: one');
    const sent = await sessions.send(undefined, id, [user('two'), user('three')]);
    expect(sent.map(({ processed_at: at }) => at)).toEqual([null, null]);
    const waiting = (await eventsOf(service, id)).slice(-2);
    expect(waiting).toEqual(sent);
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      await untilLast(service, id, `user.message: ${text}`);
      await poll(() => ends.length).toBe(index + 1);
      ends[index]?.();
    }
    await untilLast(service, id, 'idle: end_turn');
    expect(engine.processes).toHaveLength(1);
    expect(engine.texts).toEqual(['one', 'two', 'three']);
    const turn = (text: string) => ['running', `user.message: ${text}`, 'idle: end_turn'];
    expect(await briefly(service, id)).toEqual([...turn('one'), ...turn('two'), ...turn('three')]);
  });
});

describe('the end of a turn', () => {
  it.each<[string, TurnEnding, readonly string[], object]>([
    ['its end', { reason: 'end_turn' }, ['idle: end_turn'], {}],
    [
      'a refusal',
      { reason: 'refusal', explanation: 'No.' },
      ['idle: refusal'],
      { stop_details: { type: 'refusal', category: null, explanation: 'No.' } },
    ],
    [
      'the most requests',
      { reason: 'max_turns' },
      ['error: tool_use_limit_reached_error', 'idle: retries_exhausted'],
      {},
    ],
    ['the most it may cost', { reason: 'max_cost' }, ['idle: budget_reached'], {}],
    [
      'an error',
      { reason: 'failed', error: new HarnessError('OVERLOADED', 'Try later.') },
      ['error: OVERLOADED', 'idle: retries_exhausted'],
      {},
    ],
  ])('by %s says so, and the next message begins another', async (_how, ending, told, last) => {
    const service = openSessions();
    service.engine.script = (turn) => {
      turn.emit({ type: 'request_started' }, { type: 'turn_ended', ending });
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, told.at(-1) ?? '');
    // A request that the turn has left open is closed.
    expect(events.map(brief)).toEqual([
      ...['running', 'user.message: go', 'span.model_request_start', 'span.model_request_end'],
      ...told,
    ]);
    expect(events.at(-1)).toMatchObject(last);
    service.engine.script = (turn) => {
      turn.end();
    };
    await service.sessions.send(undefined, id, [user('again')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.processes).toHaveLength(1);
  });

  it('comes with the process: the next one resumes, and what had come out is kept', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      turn.say('half');
      turn.process.die(new HarnessError('CLI_FAILED', 'It crashed.'));
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: retries_exhausted');
    expect(events.at(-2)).toMatchObject({
      type: 'session.error',
      error: { type: 'unknown_error', code: 'CLI_FAILED', message: 'It crashed.', retry_status: { type: 'exhausted' } },
    });
    expect(events.map(brief)).toContain('agent.message: half');
    service.engine.script = (turn) => {
      turn.end();
    };
    await service.sessions.send(undefined, id, [user('again')]);
    await untilLast(service, id, 'idle: end_turn');
    const [first, second] = service.engine.processes;
    expect(second?.options).toMatchObject({ resume: true, transcript: first?.options.transcript });
  });

  it('before anything came of it leaves no transcript to go on from: the next one begins another', async () => {
    const service = openSessions();
    service.engine.beforeOpen = () => Promise.reject(new HarnessError('AGENT_UNAVAILABLE', 'The folder is missing.'));
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'idle: retries_exhausted');
    service.engine.beforeOpen = () => Promise.resolve();
    await service.sessions.send(undefined, id, [user('again')]);
    await untilLast(service, id, 'idle: end_turn');
    const { transcript, resume } = service.engine.last.options;
    expect(resume).toBe(false);
    expect(service.engine.forgotten).toHaveLength(1);
    expect(service.engine.forgotten).not.toContain(transcript);
  });

  it('with an error, before anything came of it, begins another transcript too', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      const error = new HarnessError('NOT_LOGGED_IN', 'Log in.');
      turn.emit({ type: 'turn_ended', ending: { reason: 'failed', error } });
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'idle: retries_exhausted');
    service.engine.script = (turn) => {
      turn.end();
    };
    await service.sessions.send(undefined, id, [user('again')]);
    await untilLast(service, id, 'idle: end_turn');
    const [first, second] = service.engine.processes;
    expect(second?.options.resume).toBe(false);
    expect(service.engine.forgotten).toEqual([first?.options.transcript]);
    expect(second?.options.transcript).not.toBe(first?.options.transcript);
  });

  it('comes when it takes too long, without the time in which it waits for an answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const service = openSessions({ profiles: [{ ...profile, maxTurnMs: 60_000 }] });
    service.engine.script = async (turn) => {
      await turn.ask('call-1');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: requires_action');
    vi.advanceTimersByTime(600_000);
    const answer = {
      type: 'user.tool_confirmation',
      result: 'allow',
      tool_use_id: idOf(events, 'agent.tool_use'),
    } as const;
    await service.sessions.send(undefined, id, [answer]);
    expect((await briefly(service, id)).slice(events.length)).toEqual(['user.tool_confirmation', 'running']);
    vi.advanceTimersByTime(60_000);
    expect((await untilLast(service, id, 'idle: retries_exhausted')).at(-2)).toMatchObject({
      error: { code: 'TURN_TIMEOUT' },
    });
  });

  it('comes when it takes too long', async () => {
    const service = openSessions({ profiles: [{ ...profile, maxTurnMs: 10 }] });
    service.engine.script = (turn) => {
      turn.say('slowly');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: retries_exhausted');
    expect(events.at(-2)).toMatchObject({ error: { code: 'TURN_TIMEOUT' } });
    expect(service.engine.live).toHaveLength(1);
  });

  it('that comes because it takes too long leaves no question open', async () => {
    const service = openSessions({ profiles: [{ ...profile, maxTurnMs: 10 }] });
    service.engine.script = (turn) => {
      if (turn.text !== 'go') turn.end();
      turn.emit({ type: 'request_started' });
      void turn.ask('call-1');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(service, id, 'idle: retries_exhausted');
    expect(events.at(-2)).toMatchObject({ error: { code: 'TURN_TIMEOUT' } });
    await service.sessions.send(undefined, id, [user('again')]);
    await poll(() => service.engine.texts).toEqual(['go', 'again']);
  });

  it('is forced upon a process that does not heed an interrupt', async () => {
    const service = openSessions({ interruptMs: 5 });
    service.engine.script = (turn) => {
      turn.process.obeys = false;
      turn.say('on and on');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'span.model_request_end');
    await service.sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
    await untilLast(service, id, 'idle: end_turn');
    await poll(() => service.engine.live).toEqual([]);
  });
});

describe('an interrupt', () => {
  it('acts at once, and messages that waited run then', async () => {
    const service = openSessions();
    const { sessions, engine } = service;
    engine.script = (turn) => {
      turn.say(`re: ${turn.text}`);
      if (turn.text !== 'one') turn.end();
    };
    const { id } = await sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(service, id, 'span.model_request_end');
    const sent = await sessions.send(undefined, id, [user('two'), { type: 'user.interrupt' }]);
    expect(sent[1]?.processed_at).not.toBeNull();
    await poll(async () => (await briefly(service, id)).at(-1)).toBe('idle: end_turn');
    await untilLast(service, id, 'idle: end_turn');
    await poll(() => engine.texts).toEqual(['one', 'two']);
    const told = (await untilLast(service, id, 'idle: end_turn')).map(brief).filter((text) => !text.startsWith('span'));
    expect(told).toEqual([
      ...['running', 'user.message: one', 'agent.message: re: one', 'user.interrupt', 'idle: end_turn'],
      ...['running', 'user.message: two', 'agent.message: re: two', 'idle: end_turn'],
    ]);
  });

  it('of a session that does nothing is kept, and changes nothing', async () => {
    const service = openSessions();
    const { id } = await service.sessions.create(undefined, draft());
    await service.sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
    expect(await briefly(service, id)).toEqual(['user.interrupt']);
    expect((await service.sessions.get(undefined, id)).status).toBe('idle');
  });

  it('while the process starts ends the turn before it has begun', async () => {
    const service = openSessions();
    const opening = createDeferred<undefined>();
    service.engine.beforeOpen = () => opening.promise.then(() => undefined);
    const { id } = await service.sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(service, id, 'user.message: one');
    await service.sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
    opening.resolve(undefined);
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.texts).toEqual([]);
    await service.sessions.send(undefined, id, [user('two')]);
    await poll(() => service.engine.texts).toEqual(['two']);
    expect(service.engine.last.options.resume).toBe(false);
  });
});

describe('a system message', () => {
  const system = (text: string): ClientEvent => ({ type: 'system.message', content: [{ type: 'text', text }] });

  it('waits its turn, and the process starts anew with all of them', async () => {
    const service = openSessions();
    const { id } = await service.sessions.create(undefined, draft({ events: [system('A'), user('one')] }));
    await untilLast(service, id, 'idle: end_turn');
    await service.sessions.send(undefined, id, [system('B'), system('C')]);
    await untilLast(service, id, 'system.message: C');
    await service.sessions.send(undefined, id, [user('two')]);
    await untilLast(service, id, 'idle: end_turn');
    expect(
      service.engine.processes.map(({ options, isStopped }) => [options.systemMessages, options.resume, isStopped]),
    ).toEqual([
      [['A'], false, true],
      [['A', 'B', 'C'], true, false],
    ]);
  });
});

describe('what a session may cost', () => {
  it('is said to be used up once for each message, however long it waits', async () => {
    let writes = 0;
    const service = openSessions({ idleAfterMs: 1, onWrite: () => (writes += 1) });
    const { id } = await service.sessions.create(undefined, draft({ maxCostUsd: 0.5, events: [user('one')] }));
    await untilLast(service, id, 'idle: end_turn');
    await service.sessions.send(undefined, id, [user('two')]);
    await untilLast(service, id, 'idle: budget_reached');
    await poll(() => service.engine.live).toEqual([]);
    const before = await eventsOf(service, id);
    writes = 0;
    for (let beat = 0; beat < 3; beat += 1) await service.sessions.recover();
    for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
    expect(await eventsOf(service, id)).toEqual(before);
    // Each renews the claims, and that is all.
    expect(writes).toBe(3);
    await service.sessions.update(undefined, id, { maxCostUsd: 2 });
    await poll(() => service.engine.texts).toEqual(['one', 'two']);
  });

  it('is the least that is said; a message waits when it is used up, and runs when there is more', async () => {
    const service = openSessions({ profiles: [{ ...profile, maxCostUsd: 10 }] });
    const { sessions, engine } = service;
    const { id } = await sessions.create(undefined, draft({ maxCostUsd: 0.5, events: [user('one')] }));
    await untilLast(service, id, 'idle: end_turn');
    expect(engine.last.options.maxCostUsd).toBe(0.5);
    const [second] = await sessions.send(undefined, id, [user('two')]);
    expect(second?.processed_at).toBeNull();
    await untilLast(service, id, 'idle: budget_reached');
    await sessions.send(undefined, id, [user('three')]);
    await poll(async () => (await briefly(service, id)).filter((text) => text === 'idle: budget_reached')).toHaveLength(
      2,
    );
    await sessions.update(undefined, id, { maxCostUsd: 2 });
    await poll(() => engine.texts).toEqual(['one', 'two', 'three']);
    expect(engine.last.options).toMatchObject({ maxCostUsd: 1.5, resume: true });
    await untilLast(service, id, 'idle: end_turn');
    await sessions.update(undefined, id, { maxCostUsd: null });
    await sessions.send(undefined, id, [user('four')]);
    await poll(() => engine.last.options.maxCostUsd).toBe(8.5);
  });
});
