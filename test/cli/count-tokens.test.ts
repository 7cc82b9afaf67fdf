import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/core/conversation.ts';
import type { TurnOptions } from '../../src/core/turn-options.ts';
import { TokenCounter } from '../../src/cli/count-tokens.ts';
import { tool, withTools } from '../turn/scripted.ts';
import { hello, never } from '../support/hello.ts';
import { turnsWith, type TurnsOptions } from './turns.ts';

function counterWith(args: string[], changes: TurnsOptions = {}) {
  const { catalog, login, queue, pool, launched } = turnsWith('reports-shares.sh', args, changes);
  const counter = new TokenCounter({ catalog, login, queue, pool });
  const count = (conversation: Conversation = hello, turn: Partial<TurnOptions> = {}, signal = never) =>
    counter.count(conversation, { model: 'haiku', ...turn }, signal);
  return { count, queue, login, launched };
}

describe('TokenCounter', () => {
  it('gives the share of the messages without the notes of the CLI', async () => {
    // One word makes 8 tokens as a message, and 30 with the notes.
    const { count } = counterWith(['8', '30']);
    expect(await count()).toEqual({ inputTokens: 8 });
  });

  it('adds the system prompt without the frame of the message that it is counted as, and says so', async () => {
    const { count } = counterWith(['8', '30']);
    const { inputTokens, estimated } = await count({ ...hello, system: ['Be brief.'] });
    expect(inputTokens).toBe(9);
    expect(estimated).toContain('estimate');
  });

  it.each([
    [{}, 346],
    [{ toolChoice: { type: 'required' as const } }, 313],
  ])('adds what the API puts before tools: %j', async (turn, preamble) => {
    const { count } = counterWith(['8', '30']);
    const { inputTokens, estimated } = await count(withTools(tool('f')), turn);
    expect(inputTokens).toBe(9 + preamble);
    expect(estimated).toContain('estimate');
  });

  it('measures the notes once for each model, and throws every process away', async () => {
    const { count, launched } = counterWith(['8', '30']);
    await count();
    await count();
    await count(hello, { model: 'mine' });
    await count(hello, { model: 'opus' });
    expect(launched.map(({ model }) => model)).toEqual(['haiku', 'haiku', 'haiku', 'haiku', 'opus', 'opus']);
    await Promise.all(launched.map(({ gone }) => gone));
  });

  it('fails where the CLI reports no count, and leaves its place in the queue', async () => {
    const { count, queue } = counterWith([]);
    await expect(count()).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    expect(queue.active).toBe(0);
  });

  it('waits for its turn among the others', async () => {
    const { count, queue } = counterWith(['8', '30']);
    await queue.enter(never);
    const counting = count();
    expect(queue.queued + queue.active).toBeGreaterThan(0);
    await expect.poll(() => queue.queued).toBe(1);
    queue.leave();
    expect(await counting).toEqual({ inputTokens: 8 });
  });

  it('refuses a model that there is none of, and a login that is missing, without a process', async () => {
    const { count, login, launched } = counterWith(['8', '30'], { status: { state: 'logged_out' } });
    await expect(count(hello, { model: 'gpt-5' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await login.start();
    login.stop();
    await expect(count()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' });
    expect(launched).toEqual([]);
  });

  it('ends with the reason why the request was aborted', async () => {
    const { count } = counterWith(['8', '30']);
    await expect(count(hello, {}, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
