import { describe, expect, it } from 'vitest';
import { createDeferred } from '../../../src/util/deferred.ts';
import type { Script } from '../../support/agents/fake-engine.ts';
import {
  answerAll,
  brief,
  briefly,
  draft,
  eventsOf,
  failure,
  idOf,
  kill,
  openAnother,
  openSessions,
  poll,
  untilLast,
  user,
  watch,
} from './open-sessions.ts';

const ask: Script = async (turn) => {
  turn.say('first');
  await turn.ask('call-1', 'make');
  turn.endCall('call-1');
  turn.end();
};
const sayHalf: Script = (turn) => {
  turn.say('half');
};
const endAtOnce: Script = (turn) => {
  turn.end();
};

describe('a restart during a turn', () => {
  it('ends it with an error that says so; the next message resumes', async () => {
    const first = openSessions();
    first.engine.script = (turn) => {
      turn.say('half');
    };
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const before = await untilLast(first, id, 'span.model_request_end');
    first.state.clock.now += 1000;
    kill(first);
    const second = openAnother(first);
    await second.sessions.recover();
    const events = await eventsOf(second, id);
    expect(events.slice(0, before.length)).toEqual(before);
    expect(events.slice(before.length)).toMatchObject([
      {
        type: 'session.error',
        error: { message: expect.stringContaining('restarted') as unknown, retry_status: { type: 'exhausted' } },
      },
      { type: 'session.status_idle', stop_reason: { type: 'retries_exhausted' } },
    ]);
    // Of the time after its last event nobody knows.
    expect(await second.sessions.get(undefined, id)).toMatchObject({ status: 'idle', activeMs: 0 });
    await second.sessions.send(undefined, id, [user('again')]);
    await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.last.options).toMatchObject({
      resume: true,
      transcript: first.engine.last.options.transcript,
    });
  });

  it('before anything came of it begins another transcript', async () => {
    const first = openSessions();
    first.engine.script = () => undefined;
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(first, id, 'user.message: go');
    await poll(() => first.engine.texts).toEqual(['go']);
    kill(first);
    const second = openAnother(first);
    await second.sessions.send(undefined, id, [user('again')]);
    await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.last.options.resume).toBe(false);
    expect(second.engine.last.options.transcript).not.toBe(first.engine.last.options.transcript);
  });

  it('lets what waited go on by itself', async () => {
    const first = openSessions();
    first.engine.script = () => undefined;
    const { id } = await first.sessions.create(undefined, draft({ events: [user('one')] }));
    await untilLast(first, id, 'user.message: one');
    await first.sessions.send(undefined, id, [user('two')]);
    kill(first);
    const second = openAnother(first);
    await second.sessions.recover();
    await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.texts).toEqual(['two']);
  });
});

describe('a question that outlives its process', () => {
  async function askedBefore(script: Script = ask) {
    const first = openSessions();
    first.engine.script = script;
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'idle: requires_action');
    kill(first);
    const second = openAnother(first);
    await second.sessions.recover();
    // Nothing ran, so nothing was broken off.
    expect(await eventsOf(second, id)).toEqual(events);
    return { ...second, second, id, events, question: idOf(events, 'agent.tool_use') };
  }

  it('can be allowed: the agent is asked to call again, and the same call then runs', async () => {
    const { second, sessions, engine, id, events, question } = await askedBefore();
    engine.script = async (turn) => {
      expect(await turn.ask('call-2', 'make')).toEqual({ allow: true });
      turn.endCall('call-2');
      // It is answered once: the same call is a question again.
      await turn.ask('call-3', 'make');
      turn.end();
    };
    await sessions.send(undefined, id, [{ type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' }]);
    const asked = await untilLast(second, id, 'idle: requires_action');
    expect(asked.at(-1)).toMatchObject({ stop_reason: { event_ids: [idOf(asked, 'agent.tool_use', 2)] } });
    expect(engine.last.turns[0]?.content).toMatchObject([
      {
        type: 'tool_result',
        tool_use_id: 'call-1',
        is_error: true,
        content: expect.stringContaining('repeat it') as unknown,
      },
    ]);
    expect(engine.last.options.resume).toBe(true);
    expect(asked.slice(events.length).map(brief)).toEqual([
      ...['user.tool_confirmation', 'running', 'agent.tool_use', 'agent.tool_result'],
      ...['agent.tool_use', 'idle: requires_action'],
    ]);
    await answerAll(second, id);
    await untilLast(second, id, 'idle: end_turn');
  });

  it('can be allowed with another input, which the agent may then use itself', async () => {
    const { second, sessions, engine, id, question } = await askedBefore();
    const input = { command: 'make -n' };
    engine.script = async (turn) => {
      expect(await turn.ask('call-2', input.command)).toEqual({ allow: true, input });
      turn.endCall('call-2');
      turn.end();
    };
    await sessions.send(undefined, id, [
      { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow', updated_input: input },
    ]);
    const events = await untilLast(second, id, 'idle: end_turn');
    expect(events.map(brief).filter((text) => text === 'idle: requires_action')).toHaveLength(1);
  });

  it('can be denied', async () => {
    const { second, sessions, engine, id, question } = await askedBefore();
    const deny = {
      type: 'user.tool_confirmation',
      tool_use_id: question,
      result: 'deny',
      deny_message: 'No.',
    } as const;
    await sessions.send(undefined, id, [deny]);
    await untilLast(second, id, 'idle: end_turn');
    expect(engine.last.turns[0]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'call-1', is_error: true, content: 'No.' },
    ]);
    await expect(sessions.send(undefined, id, [deny])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
  });

  it('is denied when nobody answers in the time since it was asked, though its process is gone', async () => {
    const times = { askTimeoutMs: 3_600_000, claimMs: 40 };
    const first = openSessions(times);
    first.engine.script = ask;
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'idle: requires_action');
    const question = idOf(events, 'agent.tool_use');
    await first.sessions.stop();
    first.state.clock.now += 3_599_999;
    const second = openAnother(first, times);
    second.engine.script = endAtOnce;
    await second.sessions.recover();
    expect(await eventsOf(second, id)).toEqual(events);

    second.state.clock.now += 1;
    const late = { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' } as const;
    await expect(second.sessions.send(undefined, id, [late])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    const after = (await untilLast(second, id, 'idle: end_turn')).slice(events.length);
    expect(after.map(brief)).toEqual(['running', 'idle: end_turn']);
    expect(second.engine.last.turns[0]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'call-1', is_error: true, content: 'Denied: nobody answered in time.' },
    ]);
    expect(await second.sessions.question(undefined, question)).toMatchObject({ status: 'expired' });
  });

  it('that is denied leaves others waiting, which say so', async () => {
    const times = { askTimeoutMs: 3_600_000, claimMs: 40 };
    const first = openSessions(times);
    first.engine.script = (turn) => {
      void turn.callCustom('call-2');
      void turn.ask('call-1');
    };
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'idle: requires_action');
    await first.sessions.stop();
    const second = openAnother(first, times);
    second.state.clock.now += times.askTimeoutMs;
    await second.sessions.recover();
    await poll(async () => (await eventsOf(second, id)).slice(events.length)).toMatchObject([
      { stop_reason: { type: 'requires_action', event_ids: [idOf(events, 'agent.custom_tool_use')] } },
    ]);
    expect(second.engine.processes).toEqual([]);
  });

  it('holds messages back until it is answered or withdrawn', async () => {
    const { second, sessions, engine, id } = await askedBefore();
    const [waiting] = await sessions.send(undefined, id, [user('never mind')]);
    expect(waiting?.processed_at).toBeNull();
    engine.script = endAtOnce;
    await sessions.send(undefined, id, [{ type: 'user.interrupt' }]);
    await poll(() => engine.texts).toEqual(['never mind']);
    await untilLast(second, id, 'idle: end_turn');
  });

  it('is told again by the error of a turn in which more went on', async () => {
    const first = openSessions();
    first.engine.script = async (turn) => {
      turn.emit({ type: 'request_started' });
      await turn.ask('call-1');
    };
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'agent.tool_use');
    kill(first);
    const second = openAnother(first);
    await second.sessions.recover();
    expect((await eventsOf(second, id)).at(-1)).toMatchObject({
      stop_reason: { type: 'requires_action', event_ids: [idOf(events, 'agent.tool_use')] },
    });
  });

  it('and results of custom tools go on together when all are there', async () => {
    const { second, sessions, engine, id, events, question } = await askedBefore(async (turn) => {
      void turn.callCustom('call-2');
      await turn.ask('call-1');
    });
    const custom = idOf(events, 'agent.custom_tool_use');
    engine.script = endAtOnce;
    const result = {
      type: 'user.custom_tool_result',
      custom_tool_use_id: custom,
      content: [{ type: 'text', text: '42' }],
    } as const;
    await sessions.send(undefined, id, [result]);
    expect((await eventsOf(second, id)).slice(-2)).toMatchObject([
      { type: 'user.custom_tool_result' },
      { stop_reason: { type: 'requires_action', event_ids: [question] } },
    ]);
    expect(engine.processes).toEqual([]);
    await sessions.send(undefined, id, [{ type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' }]);
    await untilLast(second, id, 'idle: end_turn');
    expect(engine.last.turns[0]?.content).toEqual([
      { type: 'tool_result', tool_use_id: 'call-2', content: result.content },
      {
        type: 'tool_result',
        tool_use_id: 'call-1',
        is_error: true,
        content: expect.stringContaining('repeat it') as unknown,
      },
    ]);
  });
});

describe('two services over one state file', () => {
  /** Both look after their sessions all the time. */
  async function both(script: Script) {
    const first = openSessions({ claimMs: 40 });
    first.engine.script = script;
    const second = openAnother(first, { claimMs: 40 });
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    return { first, second, id };
  }

  it('run a session in one of them: the other leaves it alone, and hands on what is sent', async () => {
    const { first, second, id } = await both(ask);
    await first.sessions.recover();
    await untilLast(first, id, 'idle: requires_action');
    const seen = await watch(second, id);
    await second.sessions.recover();
    const before = await eventsOf(second, id);
    const question = idOf(before, 'agent.tool_use');
    const answer = { type: 'user.tool_confirmation', tool_use_id: question, result: 'allow' } as const;
    const sent = await second.sessions.send(undefined, id, [user('next'), answer]);
    expect(sent.map(({ processed_at: at }) => at)).toEqual([null, null]);
    await expect(first.sessions.send(undefined, id, [answer])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    first.engine.script = endAtOnce;
    await poll(() => first.engine.texts).toEqual(['go', 'next']);
    const events = await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.processes).toEqual([]);
    await poll(() => seen.seen).toEqual(events.slice(before.length));
  });

  it('go on with a process of their own where the other one had a turn', async () => {
    const { first, second, id } = await both(endAtOnce);
    await untilLast(first, id, 'idle: end_turn');
    await second.sessions.send(undefined, id, [user('two')]);
    await poll(() => second.engine.texts).toEqual(['two']);
    await untilLast(second, id, 'idle: end_turn');
    await first.sessions.send(undefined, id, [user('three')]);
    await poll(() => first.engine.texts).toEqual(['go', 'three']);
    expect(first.engine.processes.map(({ isStopped, options }) => [isStopped, options.resume])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it.each<[does: string, script: Script]>([
    ['works', sayHalf],
    ['waits for an answer', ask],
  ])('go on where the other one stops while its turn %s, but not before its process is gone', async (_does, script) => {
    const { first, second, id } = await both(script);
    await untilLast(first, id, script === ask ? 'idle: requires_action' : 'span.model_request_end');
    const end = createDeferred<undefined>();
    first.engine.beforeStop = () => end.promise;
    const stopped = first.sessions.stop();
    await poll(() => first.engine.live).toEqual([]);
    await second.sessions.send(undefined, id, [{ type: 'user.interrupt' }, user('next')]);
    await second.sessions.recover();
    // What nobody else runs is served meanwhile.
    const other = await second.sessions.create(undefined, draft({ events: [user('other')] }));
    await untilLast(second, other.id, 'idle: end_turn');
    expect(second.engine.texts).toEqual(['other']);
    end.resolve(undefined);
    await stopped;
    await poll(() => second.engine.texts).toEqual(['other', 'next']);
    await untilLast(second, id, 'idle: end_turn');
  });

  it('keep what they run for as long as they say so', async () => {
    const first = openSessions({ claimMs: 10_000 });
    const second = openAnother(first);
    first.engine.script = (turn) => {
      turn.say('on and on');
    };
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const before = await untilLast(first, id, 'span.model_request_end');
    for (let beat = 0; beat < 3; beat += 1) {
      first.state.clock.now += 9000;
      await first.sessions.recover();
      await second.sessions.recover();
    }
    expect(await eventsOf(second, id)).toEqual(before);
    first.engine.last.turns[0]?.end();
    await untilLast(second, id, 'idle: end_turn');
  });

  it('show what both have told, in order', async () => {
    const { first, second, id } = await both(() => undefined);
    await untilLast(first, id, 'user.message: go');
    await poll(() => first.engine.texts).toEqual(['go']);
    const before = await eventsOf(first, id);
    const seen = await watch(second, id);
    for (const title of ['A', 'B', 'C']) {
      await second.sessions.update(undefined, id, { title });
      first.engine.last.turns[0]?.say(title);
      await poll(async () =>
        (await briefly(first, id)).filter((text) => text === 'span.model_request_end'),
      ).toHaveLength(title.charCodeAt(0) - 64);
    }
    await second.sessions.update(undefined, id, { title: 'D' });
    const events = (await eventsOf(first, id)).slice(before.length);
    await poll(() => seen.seen).toEqual(events);
  });

  it('keep nothing of a turn that the other has taken over', async () => {
    const { first, second, id } = await both((turn) => {
      turn.say('one');
    });
    await untilLast(first, id, 'span.model_request_end');
    first.state.clock.now += 60_000;
    await second.sessions.recover();
    const events = await eventsOf(second, id);
    const seen = await watch(first, id);
    first.engine.last.turns[0]?.say('two');
    await poll(() => first.engine.live).toEqual([]);
    expect(await eventsOf(second, id)).toEqual(events);
    expect(seen.seen).toEqual([]);
  });

  it('refuse to delete what the other runs', async () => {
    const { first, second, id } = await both(ask);
    await untilLast(first, id, 'idle: requires_action');
    await expect(second.sessions.delete(undefined, id)).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    await expect(second.sessions.archive(undefined, id)).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    const seen = await watch(second, id);
    await first.sessions.delete(undefined, id);
    await second.sessions.recover();
    await seen.over;
    expect(seen.seen.map(brief)).toEqual(['session.deleted']);
  });
});

describe('an end of the service', () => {
  it('ends running turns with an error, their processes, and all that is followed', async () => {
    const service = openSessions();
    service.engine.script = (turn) => {
      turn.say('half');
    };
    const { id } = await service.sessions.create(undefined, draft({ events: [user('go')] }));
    await untilLast(service, id, 'span.model_request_end');
    const seen = await watch(service, id);
    await service.sessions.stop();
    await seen.over;
    expect(seen.seen.map(brief)).toEqual(['error: DRAINING', 'idle: retries_exhausted']);
    expect(await briefly(service, id)).toEqual(expect.arrayContaining(['error: DRAINING']));
    expect(service.engine.live).toEqual([]);
    await expect(service.sessions.send(undefined, id, [user('x')])).rejects.toMatchObject(failure('DRAINING'));
    await expect(service.sessions.create(undefined, draft())).rejects.toMatchObject(failure('DRAINING'));
  });

  it('leaves questions open, at once for the next one', async () => {
    const first = openSessions();
    first.engine.script = ask;
    const { id } = await first.sessions.create(undefined, draft({ events: [user('go')] }));
    const events = await untilLast(first, id, 'idle: requires_action');
    await first.sessions.stop();
    const second = openAnother(first);
    await second.sessions.recover();
    expect(await eventsOf(second, id)).toEqual(events);
    await answerAll(second, id);
    await untilLast(second, id, 'idle: end_turn');
  });
});

describe('a kill after any write', () => {
  const script: Script = async (turn) => {
    turn.say(`re: ${turn.text}`);
    if (turn.text !== 'go') {
      turn.end();
      return;
    }
    await turn.ask('call-1');
    turn.endCall('call-1');
    await turn.callCustom('call-2');
    turn.endCall('call-2');
    turn.say('done');
    turn.end();
  };

  /** Gives whether the turn was over before. */
  async function killAfter(writes: number): Promise<boolean> {
    let written = 0;
    const first = openSessions({
      onWrite: (state) => {
        written += 1;
        if (written === writes) state.file.close();
      },
    });
    first.engine.script = script;
    const seen: string[] = [];
    const [created] = await Promise.allSettled([first.sessions.create(undefined, draft())]);
    if (created.status === 'fulfilled') {
      const { id } = created.value;
      const watched = await watch(first, id);
      await answerAll(first, id);
      await Promise.allSettled([first.sessions.send(undefined, id, [user('go')])]);
      await poll(() => written >= writes || watched.seen.map(brief).at(-1) === 'idle: end_turn').toBe(true);
      // What was kept may still be on its way to those who watch.
      await Promise.race([watched.over.catch(() => undefined), untilQuiet(watched.seen)]);
      seen.push(...watched.seen.map((event) => ('id' in event ? event.id : '')));
    }
    const wasOver = written < writes;
    kill(first);

    const second = openAnother(first);
    second.engine.script = script;
    await second.sessions.recover();
    const { data } = await second.sessions.list(undefined, {
      limit: 9,
      order: 'asc',
      created: {},
      includeArchived: true,
    });
    const id = data[0]?.id;
    expect(data.length).toBe(created.status === 'fulfilled' ? 1 : data.length);
    if (id === undefined) return wasOver;
    const last = seen.at(-1);
    const rest = last === undefined ? undefined : await watch(second, id, { after: last });
    await answerAll(second, id);
    await second.sessions.send(undefined, id, [user('again')]);
    await poll(() => second.engine.texts.filter((text) => text === 'again')).toEqual(['again']);
    const events = await untilLast(second, id, 'idle: end_turn');
    const ids = events.map((event) => event.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.slice(0, seen.length)).toEqual(seen);
    if (rest !== undefined) await poll(() => rest.seen).toEqual(events.slice(seen.length));
    expect(events.map(brief).filter((text) => text === 'user.message: again')).toHaveLength(1);
    expect(events.every(({ processed_at: at }) => at !== null)).toBe(true);
    return wasOver;
  }

  /** Resolves when nothing has come for some rounds of the event loop. */
  async function untilQuiet(seen: readonly unknown[]): Promise<void> {
    for (let quiet = 0, count = seen.length; quiet < 20; quiet += 1) {
      await new Promise(setImmediate);
      if (seen.length !== count) [quiet, count] = [0, seen.length];
    }
  }

  it('loses and repeats nothing that was seen, and the session goes on', { timeout: 60_000 }, async () => {
    let writes = 0;
    do writes += 1;
    while (!(await killAfter(writes)));
    // The agent's version, the session, the message, and a step for each event of the agent.
    expect(writes).toBeGreaterThan(20);
  });
});
