import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Conversation } from '../../../src/core/conversation.ts';
import type { TurnStage } from '../../../src/core/turn-options.ts';
import { isAlive, temporaryDir } from '../../process/fixture.ts';
import { recordedVersions, textOf } from './transcript.ts';
import { hello, never, recording } from '../../support/hello.ts';
import { turnsWith } from '../turns.ts';
import { eventually } from '../../util/eventually.ts';

const newest = recordedVersions.at(-1) ?? '';
const answered = recording(newest, 'text');
const silence = '/dev/null';

interface InputLine {
  type: string;
  request?: { subtype: string; settings?: { env: Record<string, string> } };
  shouldQuery?: boolean;
}

/** What a process was given, line by line. */
function linesIn(copy: string): InputLine[] {
  return readFileSync(copy, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as InputLine);
}

/** Nothing of the turn is left: neither its place nor its process. */
async function expectFreed(turns: ReturnType<typeof turnsWith>): Promise<void> {
  expect([turns.queue.active, turns.queue.queued]).toEqual([0, 0]);
  await Promise.all(turns.launched.map(({ gone }) => gone));
  expect(turns.launched.some(({ cli }) => isAlive(cli.pid))).toBe(false);
}

const threeMessages: Conversation = {
  system: ['Be brief.'],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'one' }] },
    { role: 'assistant', content: [{ type: 'text', text: 'two' }] },
    { role: 'user', content: [{ type: 'text', text: 'three' }] },
  ],
};

describe('runTurn', () => {
  it.each(recordedVersions)('gives the events of an answer of CLI %s and frees its process', async (version) => {
    const turns = turnsWith('replay.sh', [recording(version, 'text')]);
    const events = await turns.run();
    expect(events[0]).toMatchObject({ type: 'start', model: 'claude-haiku-4-5', usage: { inputTokens: 10 } });
    expect(textOf(events)).toBe('word0 word1 word2 word3 word4 ');
    expect(events.at(-1)).toMatchObject({ type: 'end', stopReason: 'end_turn' });
    expect(turns.versions).toEqual([version]);
    await expectFreed(turns);
  });

  it('uses a process of its own for every turn', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    await turns.run();
    await turns.run();
    expect(new Set(turns.launched.map(({ cli }) => cli.pid)).size).toBe(2);
    await expectFreed(turns);
  });

  it('feeds the history with its roles, the last message last, where it is configured to', async () => {
    const copy = join(temporaryDir(), 'stdin');
    await turnsWith('replay.sh', [answered, copy], { prompt: 'fed' }).run(threeMessages, { maxTokens: 9 });
    const lines = linesIn(copy);
    expect(lines.map(({ type, request }) => request?.subtype ?? type)).toEqual([
      'harness_ready',
      'initialize',
      'apply_flag_settings',
      'user',
      'assistant',
      'user',
    ]);
    expect(lines.map(({ shouldQuery }) => shouldQuery)).toEqual([...Array<undefined>(3), false, undefined, undefined]);
    expect(lines.at(-1)).toMatchObject({ message: { content: [{ text: 'three' }] } });
  });

  it('gives the CLI the first user message once it has acknowledged the body that has all of them', async () => {
    const copy = join(temporaryDir(), 'stdin');
    await turnsWith('replay.sh', [answered, copy]).run(threeMessages, { maxTokens: 9 });
    const lines = linesIn(copy);
    expect(lines.map(({ type, request }) => request?.subtype ?? type)).toEqual([
      'harness_ready',
      'initialize',
      'apply_flag_settings',
      'user',
    ]);
    expect(lines.at(-1)).toMatchObject({ message: { content: [{ text: 'one' }] } });
    const body = JSON.parse(lines[2]?.request?.settings?.env['CLAUDE_CODE_EXTRA_BODY'] ?? '') as object;
    expect(body).toMatchObject({ messages: [{}, {}, { content: [{ text: 'three' }] }], max_tokens: 9 });
  });

  it('feeds the history to a CLI that cannot do otherwise', async () => {
    const copy = join(temporaryDir(), 'stdin');
    const abilities = () => ({ reuse: false, prompt: 'fed' }) as const;
    await turnsWith('replay.sh', [answered, copy], { abilities }).run();
    expect(linesIn(copy).map(({ type, request }) => request?.subtype ?? type)).toEqual([
      'harness_ready',
      'initialize',
      'user',
    ]);
  });

  it('starts the CLI with the model behind an alias', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    await turns.run(hello, { model: 'mine' });
    expect(turns.launched[0]?.model).toBe('haiku');
  });

  it('reports its stages in their order', async () => {
    const stages: TurnStage[] = [];
    await turnsWith('replay.sh', [answered]).run(hello, { onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual([
      { name: 'admitted', backend: 'cli' },
      { name: 'acquired', process: 'cold' },
      { name: 'fed' },
    ]);
  });

  it('brings the list of models up to date', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    await turns.run();
    expect(turns.catalog.list()).toContainEqual(expect.objectContaining({ id: 'replayed' }));
  });

  it('keeps the model warm that was used, and takes the answer as proof of a login and of an open plan', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    const keepWarm = vi.spyOn(turns.pool, 'keepWarm');
    const loginProof = vi.spyOn(turns.login, 'answered');
    const planProof = vi.spyOn(turns.planLimits, 'answered');
    await turns.run();
    expect(keepWarm).toHaveBeenCalledWith('haiku');
    expect(loginProof).toHaveBeenCalledOnce();
    expect(planProof).toHaveBeenCalledWith('haiku');
  });

  it('lets the next turn in when the one before it is over', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    const both = Promise.all([turns.run(), turns.run()]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([turns.queue.active, turns.queue.queued]).toEqual([1, 1]);
    await both;
    await expectFreed(turns);
  });
});

describe('runTurn, when something fails', () => {
  it.each<[string, string[], object]>([
    ['replay.sh', [recording(newest, 'error-500')], { code: 'UPSTREAM_ERROR' }],
    ['replay.sh', [recording(newest, 'connection-cut')], { code: 'UPSTREAM_UNREACHABLE' }],
    ['replay.sh', [recording(newest, 'error-400-too-long')], { code: 'PROMPT_TOO_LONG' }],
    ['dies-in-turn.sh', [silence], { code: 'CLI_FAILED', facts: { exit: 4, stderrTail: 'out of memory' } }],
    ['refuses-setup.sh', [], { code: 'CLI_PROTOCOL', message: 'The claude CLI refused setup-initialize: No..' }],
    ['fails.sh', [], { code: 'CLI_FAILED', facts: { exit: 3 } }],
    ['no-such-program', [], { code: 'CLI_MISSING' }],
  ])('frees its place and its process: %s %j', async (fixture, args, failure) => {
    const turns = turnsWith(fixture, args);
    await expect(turns.run()).rejects.toMatchObject(failure);
    await expectFreed(turns);
  });

  it('frees everything when the CLI falls silent', async () => {
    const turns = turnsWith('replay.sh', [silence], { idleTimeoutMs: 60 });
    await expect(turns.run()).rejects.toMatchObject({ code: 'IDLE_TIMEOUT' });
    await expectFreed(turns);
  });

  it('frees everything when the turn takes too long', async () => {
    const turns = turnsWith('endless-turn.sh', [silence], { turnTimeoutMs: 100 });
    await expect(turns.run()).rejects.toMatchObject({ code: 'TURN_TIMEOUT' });
    await expectFreed(turns);
  });

  it('reports a login that the API refused', async () => {
    const turns = turnsWith('replay.sh', [recording(newest, 'error-401')]);
    await expect(turns.run()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
    expect(turns.login.missing).toBe(true);
    await expectFreed(turns);
  });

  it('starts no process for the next turn when the plan is used up', async () => {
    const turns = turnsWith('replay.sh', [recording(newest, 'error-429-subscription')]);
    await expect(turns.run()).rejects.toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
    await expect(turns.run()).rejects.toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
    expect(turns.launched).toHaveLength(1);
    await expectFreed(turns);
  });

  it('starts no process for a model that there is not', async () => {
    const turns = turnsWith('replay.sh', [answered]);
    await expect(turns.run(hello, { model: 'gpt-5' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    expect(turns.launched).toEqual([]);
  });

  it('starts no process while the CLI says that it is logged out', async () => {
    const turns = turnsWith('replay.sh', [answered], { status: { state: 'logged_out' } });
    await turns.login.start();
    turns.login.stop();
    await expect(turns.run()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
    expect(turns.launched).toEqual([]);
    await expectFreed(turns);
  });
});

describe('runTurn, when the request goes away', () => {
  it('frees everything when its consumer stops early', async () => {
    const turns = turnsWith('endless-turn.sh', [silence]);
    const types: string[] = [];
    for await (const event of turns.runTurn(hello, { model: 'haiku' }, never)) {
      types.push(event.type);
      if (types.length === 4) break;
    }
    expect(types).toEqual(['block_start', 'text', 'text', 'text']);
    await expectFreed(turns);
  });

  it('frees everything when it is aborted while it answers', async () => {
    const turns = turnsWith('endless-turn.sh', [silence]);
    const controller = new AbortController();
    const reason = new Error('gone');
    const reading = (async () => {
      for await (const event of turns.runTurn(hello, { model: 'haiku' }, controller.signal)) {
        if (event.type === 'text') controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    await expectFreed(turns);
  });

  it('frees everything when it is aborted while the CLI is silent', async () => {
    const turns = turnsWith('replay.sh', [silence]);
    const controller = new AbortController();
    const running = turns.run(hello, {}, controller.signal);
    await eventually(() => {
      expect(turns.launched[0]?.state).toBe('busy');
    });
    controller.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
    await expectFreed(turns);
  });

  it('leaves the queue when it is aborted while it waits, and starts nothing', async () => {
    const turns = turnsWith('replay.sh', [silence]);
    const first = new AbortController();
    const second = new AbortController();
    const running = turns.run(hello, {}, first.signal);
    await eventually(() => {
      expect(turns.launched).toHaveLength(1);
    });
    const waiting = turns.run(hello, {}, second.signal);
    await eventually(() => {
      expect(turns.queue.queued).toBe(1);
    });
    second.abort(new Error('second gone'));
    await expect(waiting).rejects.toThrow('second gone');
    expect(turns.queue.queued).toBe(0);
    first.abort(new Error('first gone'));
    await expect(running).rejects.toThrow('first gone');
    expect(turns.launched).toHaveLength(1);
    await expectFreed(turns);
  });
});
