import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allAbilities, type CliAbilities } from '../../../src/cli/abilities.ts';
import type { PoolOptions } from '../../../src/cli/pool/pool.ts';
import { ReuseRule } from '../../../src/cli/pool/reuse-rule.ts';
import type { Conversation } from '../../../src/core/conversation.ts';
import { temporaryDir } from '../../process/fixture.ts';
import { hello, recording } from '../../support/hello.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { eventually } from '../../util/eventually.ts';
import { turnsWith, type TurnsOptions } from '../turns.ts';
import { recordedVersions } from './transcript.ts';

const newest = recordedVersions.at(-1) ?? '';
const answered = recording(newest, 'text');
const silence = '/dev/null';
const asking = (system: string): Conversation => ({ ...hello, system: [system] });

/** Turns whose processes are used again. */
function reusing(args: string[], pool: Partial<PoolOptions> = {}, changes: TurnsOptions = {}, fixture = 'replay.sh') {
  const log = memoryLog();
  const reuse = new ReuseRule({ enabled: true, abilities: allAbilities, log });
  const turns = turnsWith(fixture, args, {
    reuse: { reuse, maxWarm: 4, ...pool },
    onCliVersion: (version) => {
      reuse.ran(version);
    },
    ...changes,
  });
  return { ...turns, reuse, log };
}

const statesOf = ({ launched }: ReturnType<typeof reusing>) => launched.map(({ state }) => state);
const become = (turns: ReturnType<typeof reusing>, states: string[]) =>
  eventually(() => {
    expect(statesOf(turns)).toEqual(states);
  });

describe('a process that is emptied after its turn', () => {
  it('serves turn after turn of its system prompt', async () => {
    const turns = reusing([answered]);
    for (let n = 1; n <= 3; n += 1) {
      expect((await turns.run(asking('a'))).at(-1)).toMatchObject({ type: 'end' });
      await become(turns, ['idle']);
    }
    expect(turns.launched[0]?.turns).toBe(3);
  });

  it('is waited for by a turn that comes while it is emptied', async () => {
    const turns = reusing([answered]);
    await turns.run();
    expect(statesOf(turns)).toEqual(['emptying']);
    await turns.run();
    expect(turns.launched).toHaveLength(1);
  });

  it('is given its system prompt once, and a body for each turn', async () => {
    const copy = join(temporaryDir(), 'stdin');
    const turns = reusing([answered, copy]);
    await turns.run(asking('a'));
    await turns.run(asking('a'));
    await become(turns, ['idle']);
    const subtypes = readFileSync(copy, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; request?: { subtype: string } })
      .map(({ type, request }) => request?.subtype ?? type);
    const turn = ['apply_flag_settings', 'user', 'rewind_conversation'];
    expect(subtypes).toEqual(['harness_ready', 'initialize', ...turn, ...turn]);
  });

  it('serves no other system prompt', async () => {
    const turns = reusing([answered]);
    await turns.run(asking('a'));
    await turns.run(asking('b'));
    await turns.run(asking('a'));
    expect(turns.launched.map((worker) => worker.turns)).toEqual([2, 1]);
  });

  it('serves no other client where clients share none', async () => {
    const turns = reusing([answered], {}, { share: 'client' });
    await turns.run(hello, { client: 'one' });
    await turns.run(hello, { client: 'two' });
    await turns.run(hello, { client: 'one' });
    expect(turns.launched.map((worker) => worker.turns)).toEqual([2, 1]);
  });

  it.each([
    ['an error of the API', recording(newest, 'error-500')],
    ['a refusal', recording(newest, 'refusal')],
    ['a call', recording(newest, 'tools-held')],
  ])('is used again after %s', async (_what, transcript) => {
    const turns = reusing([transcript]);
    await turns.run().catch(() => undefined);
    await become(turns, ['idle']);
    await turns.run().catch(() => undefined);
    expect(turns.launched).toHaveLength(1);
  });

  it('is used again after a client that left, before the answer and in the middle of it', async () => {
    const turns = reusing([silence]);
    for (const delayMs of [0, 5, 100]) {
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(new Error('gone'));
      }, delayMs);
      await expect(turns.run(hello, {}, controller.signal)).rejects.toThrow('gone');
    }
    await eventually(() => {
      expect(turns.pool.idleCount).toBe(1);
    });
    expect(turns.queue.active).toBe(0);
  });

  it('is used again after a silence that was too long', async () => {
    const turns = reusing([silence], {}, { idleTimeoutMs: 60 });
    await expect(turns.run()).rejects.toMatchObject({ code: 'IDLE_TIMEOUT' });
    await become(turns, ['idle']);
  });
});

describe('a process is ended after its turn', () => {
  it.each<[string, Partial<PoolOptions>]>([
    ['it has served as many as it may', { maxTurns: 1 }],
    ['it occupies too much memory', { maxMemoryBytes: 1 }],
    ['it is too old', { maxAgeMs: 0 }],
    ['none may wait', { maxWarm: 0 }],
  ])('when %s', async (_why, pool) => {
    const turns = reusing([answered], pool);
    await turns.run();
    await become(turns, ['dead']);
    await turns.run();
    expect(turns.launched).toHaveLength(2);
  });

  it('when it has noted more than errors in its log of errors', async () => {
    const turns = reusing([answered]);
    await turns.run();
    await become(turns, ['idle']);
    writeFileSync(turns.launched[0]?.errorLog ?? '', 'x'.repeat(2 ** 20 + 1));
    await turns.run();
    await become(turns, ['dead']);
  });

  it.each([
    ['error-401', 'NOT_LOGGED_IN'],
    ['not-logged-in', 'NOT_LOGGED_IN'],
  ])('when its login is not accepted: %s', async (scenario, code) => {
    const turns = reusing([recording(newest, scenario)]);
    await expect(turns.run()).rejects.toMatchObject({ code });
    await become(turns, ['dead']);
  });

  it('when the login has changed since its start, at once where it waits', async () => {
    const turns = reusing([answered]);
    const running = turns.run();
    await eventually(() => {
      expect(turns.launched).toHaveLength(1);
    });
    turns.pool.renew();
    await running;
    await become(turns, ['dead']);
    await turns.run();
    await become(turns, ['dead', 'idle']);
    turns.pool.renew();
    await become(turns, ['dead', 'dead']);
  });

  it('when it does not answer that it is empty', async () => {
    const turns = reusing([answered, '/dev/null', '{}}']);
    await turns.run();
    await become(turns, ['dead']);
    expect(turns.reuse.isOn).toBe(true);
  });

  it('when it cannot be emptied although others of its version could, which are still used again', async () => {
    const turns = reusing([answered]);
    await turns.run();
    await become(turns, ['idle']);
    turns.reuse.refused('stale target');
    expect(turns.reuse.isOn).toBe(true);
    turns.reuse.ran('9.9.9');
    turns.reuse.refused('no preceding assistant');
    expect(turns.reuse.isOn).toBe(false);
  });

  it('when it cannot be emptied, as no process of its version is from then on', async () => {
    const turns = reusing([answered, '/dev/null', '{"rewound":false,"error":"no preceding assistant"}']);
    await turns.run();
    await become(turns, ['dead']);
    expect(turns.reuse.isOn).toBe(false);
    await turns.run();
    await become(turns, ['dead', 'dead']);
    const warnings = turns.log.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ fields: { version: newest, reason: 'no preceding assistant' } }]);
    turns.reuse.ran('9.9.9');
    expect(turns.reuse.isOn).toBe(true);
  });
});

describe('a process that fails while it is given its next request', () => {
  it.each([['it ends'], ['it says nothing any more', 'deaf']])(
    'is replaced, unnoticed by the client: %s',
    async (_what, ...args) => {
      const turns = reusing([answered, ...args], {}, {}, 'dies-when-used.sh');
      await turns.run();
      await become(turns, ['idle']);
      expect((await turns.run()).at(-1)).toMatchObject({ type: 'end' });
      await become(turns, ['dead', 'idle']);
      expect(turns.queue.active).toBe(0);
    },
  );

  it('is not replaced where the model may have been asked', async () => {
    const turns = reusing([silence], { warmPerModel: 1 }, {}, 'dies-in-turn.sh');
    turns.pool.start();
    await become(turns, ['idle']);
    await expect(turns.run()).rejects.toMatchObject({ code: 'CLI_FAILED', facts: { exit: 4 } });
    expect(turns.launched.filter((worker) => worker.turns > 0)).toHaveLength(1);
  });
});

describe('an update of the CLI while a request waits for its process', () => {
  it('has the request given to the new one in the form that it takes', async () => {
    const copy = join(temporaryDir(), 'stdin');
    let asked = 0;
    // Found out between the request and its process.
    const abilities = (): CliAbilities =>
      ++asked === 1 ? { reuse: true, prompt: 'exact' } : { reuse: false, prompt: 'fed' };
    const turns = reusing([answered, copy], {}, { abilities });
    expect((await turns.run()).at(-1)).toMatchObject({ type: 'end' });
    expect(turns.launched.map((worker) => worker.turns)).toEqual([1, 1]);
    expect(readFileSync(copy, 'utf8')).not.toContain('CLAUDE_CODE_EXTRA_BODY');
    expect(turns.queue.active).toBe(0);
  });
});

describe('what a process still says of an earlier turn', () => {
  it('is no part of the next answer', async () => {
    const late = join(temporaryDir(), 'late');
    writeFileSync(
      late,
      readFileSync(recording(newest, 'tools-held'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"stream_event"'))
        .map((line) => `${line}\n`)
        .join(''),
    );
    const turns = reusing([answered, late], {}, {}, 'late-lines.sh');
    const first = await turns.run();
    expect(await turns.run()).toEqual(first);
    expect(turns.launched).toHaveLength(1);
  });
});

describe('requests that come at once', () => {
  const bursts = { maxWarm: 8, maxSpawning: 8 };

  it('wait for a process of their system prompt that comes back, in the order in which they came', async () => {
    const turns = reusing([answered], bursts, { concurrentTurns: 8 });
    await turns.run(asking('a'));
    await become(turns, ['idle']);
    const order: number[] = [];
    const ask = async (n: number) => {
      await turns.run(asking('a'));
      order.push(n);
    };
    await Promise.all([ask(1), ask(2), ask(3), ask(4)]);
    expect(order).toEqual([1, 2, 3, 4]);
    expect(turns.launched).toHaveLength(1);
  });

  it('have new ones started where none comes back in the time that a start takes', async () => {
    const turns = reusing([silence], bursts, { concurrentTurns: 8, idleTimeoutMs: 3000 });
    const controllers = [new AbortController(), new AbortController()];
    const running = controllers.map(({ signal }) => turns.run(asking('a'), {}, signal));
    await eventually(() => {
      expect(turns.launched.map((worker) => worker.turns)).toEqual([1, 1]);
    });
    for (const controller of controllers) controller.abort(new Error('gone'));
    await Promise.allSettled(running);
  });

  it('leave nothing behind where they go while they wait', async () => {
    const turns = reusing([silence], bursts, { concurrentTurns: 8 });
    const first = new AbortController();
    const running = turns.run(asking('a'), {}, first.signal);
    await eventually(() => {
      expect(turns.launched[0]?.state).toBe('busy');
    });
    const second = new AbortController();
    const waiting = turns.run(asking('a'), {}, second.signal);
    setTimeout(() => {
      second.abort(new Error('gone'));
    }, 10);
    await expect(waiting).rejects.toThrow('gone');
    first.abort(new Error('gone too'));
    await expect(running).rejects.toThrow('gone too');
    await become(turns, ['idle']);
    expect([turns.queue.active, turns.pool.idleCount]).toEqual([0, 1]);
  });
});
