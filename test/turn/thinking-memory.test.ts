import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AssistantBlock, AssistantMessage, Conversation, UserMessage } from '../../src/core/conversation.ts';
import type { RunTurn } from '../../src/core/backend.ts';
import type { Effort } from '../../src/core/turn-options.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { withThinkingMemory } from '../../src/turn/thinking-memory.ts';
import { callBlock, end, redactedBlock, run, scripted, restart, start, textBlock, thinkingBlock } from './scripted.ts';
import { hello } from '../support/hello.ts';

const call = (id: string): AssistantBlock => ({ type: 'tool_use', id, name: 'f', input: {} });
const words = (said: string): AssistantBlock => ({ type: 'text', text: said });
const thought = (thinking: string): AssistantBlock => ({ type: 'thinking', thinking, signature: `signed ${thinking}` });
const redacted = (data: string): AssistantBlock => ({ type: 'redacted_thinking', data });
const assistant = (...content: AssistantBlock[]): AssistantMessage => ({ role: 'assistant', content });
const results = (...ids: string[]): UserMessage => ({
  role: 'user',
  content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text: 'done' }] })),
});

/** A conversation that goes on from calls, as a client's dialect gives it: without any thinking. */
const followUp = (content: AssistantBlock[], ...answered: string[]): Conversation => ({
  system: [],
  messages: [...hello.messages, assistant(...content), results(...answered)],
});

const answered = [start(), ...textBlock('Done.'), end('end_turn')];

/** Lets the model give `answer`, then asks the follow-up; gives what the second turn was asked. */
async function recalled(
  answer: readonly TurnEvent[],
  conversation: Conversation,
  { models = ['sonnet', 'sonnet'] } = {},
): Promise<{ content: AssistantBlock[]; effort: Effort | undefined; conversation: Conversation }> {
  const turns = scripted(answer, answered);
  const runTurn = withThinkingMemory(turns.runTurn);
  await run(runTurn, { model: models[0] ?? '', effort: 'high' });
  await run(runTurn, { model: models[1] ?? '', effort: 'high' }, conversation);
  const asked = turns.asked[1];
  const message = asked?.conversation.messages.at(-2);
  return {
    content: message?.role === 'assistant' ? message.content : [],
    effort: asked?.turn.effort,
    conversation: asked?.conversation ?? hello,
  };
}

describe('withThinkingMemory', () => {
  const answer = [start(), ...thinkingBlock('Hm.'), ...callBlock('c1', 'f', '{}'), end('tool_use')];

  it('puts the thinking back before the call that it led to', async () => {
    const { content, effort } = await recalled(answer, followUp([call('c1')], 'c1'));
    expect(content).toEqual([thought('Hm.'), call('c1')]);
    expect(effort).toBe('high');
  });

  it.each([
    ['without its thinking', [words('It')], 'none'],
    ['with its thinking', [thought('Hm.'), words('It')], 'high'],
  ])('goes on with an answer %s at an effort that the API takes', async (_how, content, effort) => {
    const turns = scripted(answered);
    const conversation: Conversation = { system: [], messages: [...hello.messages, assistant(...content)] };
    await run(withThinkingMemory(turns.runTurn), { effort: 'high' }, conversation);
    expect(turns.asked[0]?.turn.effort).toBe(effort);
    expect(turns.asked[0]?.conversation).toEqual(conversation);
  });

  it('joins the pieces in which it came', async () => {
    const pieces: TurnEvent[] = [
      { type: 'block_start', id: 0, block: { type: 'thinking' } },
      { type: 'thinking', id: 0, text: 'Hm, ' },
      { type: 'thinking', id: 0, text: 'yes.' },
      { type: 'signature', id: 0, signature: 'ab' },
      { type: 'signature', id: 0, signature: 'cd' },
      { type: 'block_stop', id: 0 },
    ];
    const { content } = await recalled([start(), ...pieces, ...callBlock('c1', 'f')], followUp([call('c1')], 'c1'));
    expect(content[0]).toEqual({ type: 'thinking', thinking: 'Hm, yes.', signature: 'abcd' });
  });

  it('passes the answer on as it is', async () => {
    expect(await run(withThinkingMemory(scripted(answer).runTurn))).toEqual(answer);
  });

  it('puts it at the start of the message, before the words between it and the call', async () => {
    const spoken = [start(), ...thinkingBlock('Hm.'), ...textBlock('Let me see.'), ...callBlock('c1', 'f')];
    const { content } = await recalled(spoken, followUp([words('Let me see.'), call('c1')], 'c1'));
    expect(content).toEqual([thought('Hm.'), words('Let me see.'), call('c1')]);
  });

  it('puts the thoughts of later calls before their own', async () => {
    const several = [
      start(),
      ...thinkingBlock('one'),
      ...callBlock('c1', 'f'),
      ...callBlock('c2', 'f'),
      ...thinkingBlock('two'),
      ...thinkingBlock('three'),
      ...callBlock('c3', 'f'),
    ];
    const calls = [words('Let me see.'), call('c1'), call('c2'), call('c3')];
    const { content } = await recalled(several, followUp(calls, 'c1', 'c2', 'c3'));
    expect(content).toEqual([
      thought('one'),
      words('Let me see.'),
      call('c1'),
      call('c2'),
      thought('two'),
      thought('three'),
      call('c3'),
    ]);
  });

  it('keeps thinking that nobody is shown in its place among the rest', async () => {
    const hidden = [start(), ...redactedBlock('xyz'), ...thinkingBlock('Hm.'), ...callBlock('c1', 'f')];
    const { content } = await recalled(hidden, followUp([call('c1')], 'c1'));
    expect(content).toEqual([redacted('xyz'), thought('Hm.'), call('c1')]);
  });

  it('puts it back in every later turn, wherever the call stands by then', async () => {
    const later: Conversation = {
      system: [],
      messages: [...followUp([call('c1')], 'c1').messages, assistant(words('Done.')), ...hello.messages],
    };
    const { conversation } = await recalled(answer, later);
    expect(conversation.messages[1]).toEqual(assistant(thought('Hm.'), call('c1')));
    expect(conversation.messages[3]).toEqual(assistant(words('Done.')));
  });

  it('remembers of an answer that began again what the second one thought', async () => {
    const restarted = [start(), ...thinkingBlock('lost'), restart(), ...thinkingBlock('kept'), ...callBlock('c1', 'f')];
    expect((await recalled(restarted, followUp([call('c1')], 'c1'))).content).toEqual([thought('kept'), call('c1')]);
  });

  it('keeps the thoughts of one answer out of the next', async () => {
    const turns = scripted([start(), ...thinkingBlock('old'), end('end_turn')], answer, answered);
    const runTurn = withThinkingMemory(turns.runTurn);
    await run(runTurn);
    await run(runTurn);
    await run(runTurn, {}, followUp([call('c1')], 'c1'));
    expect(turns.asked[2]?.conversation.messages[1]).toEqual(assistant(thought('Hm.'), call('c1')));
  });

  it.each([
    ['thinking', thought('mine')],
    ['thinking that nobody is shown', redacted('mine')],
  ])('leaves a message that brings its own %s as it is', async (_kind, own) => {
    const { content, effort } = await recalled(answer, followUp([own, words('So.'), call('c1')], 'c1'));
    expect(content).toEqual([own, words('So.'), call('c1')]);
    expect(effort).toBe('high');
  });

  it('does not give one model the thinking of another, whose signature it would refuse', async () => {
    const { content, effort } = await recalled(answer, followUp([call('c1')], 'c1'), { models: ['sonnet', 'opus'] });
    expect(content).toEqual([call('c1')]);
    expect(effort).toBe('none');
  });

  it('leaves the client’s conversation as it was', async () => {
    const conversation = followUp([call('c1')], 'c1');
    await recalled(answer, conversation);
    expect(conversation).toEqual(followUp([call('c1')], 'c1'));
  });

  it('shares nothing between two services', async () => {
    await run(withThinkingMemory(scripted(answer).runTurn));
    const turns = scripted(answered);
    await run(withThinkingMemory(turns.runTurn), {}, followUp([call('c1')], 'c1'));
    expect(turns.asked[0]?.conversation.messages[1]).toEqual(assistant(call('c1')));
  });
});

describe('withThinkingMemory, where the thinking is gone', () => {
  const forgetful = async (conversation: Conversation): Promise<Effort | undefined> => {
    const turns = scripted(answered);
    await run(withThinkingMemory(turns.runTurn), { effort: 'high', maxTokens: 9 }, conversation);
    expect(turns.asked[0]?.turn).toMatchObject({ model: 'sonnet', maxTokens: 9 });
    return turns.asked[0]?.turn.effort;
  };

  it('answers tool results without thinking, since the API wants the thinking of open calls back', async () => {
    expect(await forgetful(followUp([words('So.'), call('c1')], 'c1'))).toBe('none');
  });

  it('does so where the client gave an exact budget, too', async () => {
    const turns = scripted(answered);
    const turn = { model: 'sonnet', thinkingBudget: 2000 };
    await run(withThinkingMemory(turns.runTurn), turn, followUp([call('unknown')], 'unknown'));
    expect(turns.asked[0]?.turn).toMatchObject({ effort: 'none', thinkingBudget: 0 });
  });

  it('thinks again as soon as the last message is more than an answer to calls that are over', async () => {
    const past = followUp([call('c1')], 'c1').messages;
    expect(await forgetful({ system: [], messages: [...past, assistant(words('Done.')), ...hello.messages] })).toBe(
      'high',
    );
    expect(await forgetful(hello)).toBe('high');
    expect(
      await forgetful({ system: [], messages: [...hello.messages, assistant(words('So?')), ...hello.messages] }),
    ).toBe('high');
  });

  it('looks at the last calls only', async () => {
    const messages = [...followUp([call('c1')], 'c1').messages, assistant(thought('own'), call('c2')), results('c2')];
    expect(await forgetful({ system: [], messages })).toBe('high');
  });
});

describe('withThinkingMemory, in time', () => {
  /** How many of the calls the follow-up has its thinking back for. */
  async function countRecalled(
    runTurn: RunTurn,
    asked: { conversation: Conversation }[],
    ids: string[],
  ): Promise<number> {
    await run(runTurn, {}, followUp(ids.map(call), ...ids));
    const message = asked.at(-1)?.conversation.messages.at(-2);
    return message?.content.filter(({ type }) => type === 'thinking').length ?? -1;
  }

  const thinkThenCall = (id: string, thinking: string) => [...thinkingBlock(thinking, 'signed'), ...callBlock(id, 'f')];

  it('remembers 4096 calls and forgets the oldest', async () => {
    const ids = Array.from({ length: 4097 }, (_, index) => `c${index}`);
    const turns = scripted([start(), ...ids.flatMap((id) => thinkThenCall(id, 'Hm.'))], answered, answered);
    const runTurn = withThinkingMemory(turns.runTurn);
    await run(runTurn);
    expect(await countRecalled(runTurn, turns.asked, ['c0'])).toBe(0);
    expect(await countRecalled(runTurn, turns.asked, ids)).toBe(4096);
  });

  it('remembers 32 million characters and forgets the oldest', async () => {
    const ids = ['c0', 'c1', 'c2'];
    const long = 'x'.repeat(12 * 1024 * 1024);
    const turns = scripted([start(), ...ids.flatMap((id) => thinkThenCall(id, long))], answered, answered);
    const runTurn = withThinkingMemory(turns.runTurn);
    await run(runTurn);
    expect(await countRecalled(runTurn, turns.asked, ['c0'])).toBe(0);
    expect(await countRecalled(runTurn, turns.asked, ids)).toBe(2);
  });

  it('forgets after six hours', async () => {
    const minute = 60_000;
    let now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    onTestFinished(() => {
      clock.mockRestore();
    });
    // The memory looks at the clock once in a millisecond.
    const pass = async (minutes: number) => {
      now += minutes * minute;
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    const turns = scripted([start(), ...thinkThenCall('c0', 'Hm.')], answered, answered);
    const runTurn = withThinkingMemory(turns.runTurn);
    await run(runTurn);
    await pass(359);
    expect(await countRecalled(runTurn, turns.asked, ['c0'])).toBe(1);
    await pass(2);
    expect(await countRecalled(runTurn, turns.asked, ['c0'])).toBe(0);
  });

  it('remembers a call before the client can have it', async () => {
    const turns = scripted([start(), ...thinkThenCall('c0', 'Hm.')], answered);
    const runTurn = withThinkingMemory(turns.runTurn);
    for await (const event of runTurn(hello, { model: 'sonnet' }, new AbortController().signal)) {
      if (event.type === 'block_start' && event.block.type === 'tool_use') break;
    }
    expect(await countRecalled(runTurn, turns.asked, ['c0'])).toBe(1);
    expect(turns.running).toBe(0);
  });
});
