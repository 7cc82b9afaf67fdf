import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { ToolChoice } from '../../src/core/turn-options.ts';
import { withAnswerChecks } from '../../src/turn/answer-checks.ts';
import { numbered } from '../support/block-ids.ts';
import {
  attempt,
  callBlock,
  end,
  opaqueBlock,
  run,
  scripted,
  restart,
  start,
  textBlock,
  thinkingBlock,
  tool,
  usageOf,
  withTools,
} from './scripted.ts';
import { never } from '../support/hello.ts';

const conversation = withTools(tool('f'), tool('g'));
const strictConversation = withTools(tool('f', { strict: true }), tool('g'));
const required: ToolChoice = { type: 'required' };
const good = '{"city":"Rome"}';
const bad = '{"city":1}';

const inText = [start(usageOf(1)), ...textBlock('No.'), end('end_turn', usageOf(10, 20, 30, 40, 50))];
const asCall = [start(usageOf(2)), ...callBlock('c2', 'f', good), end('tool_use', usageOf(1, 2, 3, 4, 5))];
const sum = usageOf(11, 22, 33, 44, 55);
const wrongly = [start(usageOf(1)), ...callBlock('c1', 'f', bad), end('tool_use', usageOf(10, 20, 30, 40, 50))];

describe('withAnswerChecks, where nothing is expected', () => {
  it('passes question and answer on as they are', async () => {
    const answer = numbered([...inText.slice(0, -1), ...callBlock('c1', 'f', bad), ...inText]);
    const turns = scripted(answer);
    const turn = { model: 'sonnet', toolChoice: { type: 'auto' as const } };
    const events = [];
    for await (const event of withAnswerChecks(turns.runTurn)(conversation, turn, never)) events.push(event);
    expect(events).toEqual(answer);
    expect(turns.asked).toEqual([{ conversation, turn, signal: never }]);
    expect(turns.asked[0]?.turn).toBe(turn);
  });
});

describe.each<[string, ToolChoice]>([
  ['some', required],
  ['a certain', { type: 'tool', name: 'f' }],
])('withAnswerChecks, where %s call must come', (_which, toolChoice) => {
  it('passes an answer with a call on as it is, after the first try', async () => {
    const answer = [
      start(),
      ...thinkingBlock('Hm.'),
      ...textBlock('Let me see.'),
      ...callBlock('c1', 'f'),
      end('tool_use'),
    ];
    const turns = scripted(answer);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice }, conversation)).toEqual(answer);
    expect(turns.asked).toHaveLength(1);
  });

  it('takes a call of a tool that the API runs for one, and lets the words around it pass', async () => {
    const search = [...opaqueBlock('server_tool_use'), ...opaqueBlock('web_search_tool_result')];
    const answer = [start(), ...textBlock('Let me see.'), ...search, ...textBlock('It is warm.'), end('end_turn')];
    const turns = scripted(answer);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice }, conversation)).toEqual(answer);
    expect(turns.asked).toHaveLength(1);
  });

  it('takes no other block for one', async () => {
    const turns = scripted([start(), ...opaqueBlock('compaction'), ...textBlock('No.'), end('end_turn')], asCall);
    await run(withAnswerChecks(turns.runTurn), { toolChoice }, conversation);
    expect(turns.asked).toHaveLength(2);
  });

  it('does not judge an answer that is paused', async () => {
    const paused = [start(), ...textBlock('Let me see.'), end('pause_turn')];
    const turns = scripted(paused);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice }, conversation)).toEqual(paused);
  });

  it('asks once more where words came instead, and counts both', async () => {
    const turns = scripted(inText, asCall);
    const events = await run(withAnswerChecks(turns.runTurn), { toolChoice, maxTokens: 9 }, conversation);
    expect(events).toEqual([...asCall.slice(0, -1), end('tool_use', sum)]);
    expect(turns.asked[1]?.conversation.messages).toEqual([
      ...conversation.messages,
      { role: 'assistant', content: [{ type: 'text', text: 'No.' }] },
      { role: 'user', content: [{ type: 'text', text: expect.stringContaining('Call the tool') as string }] },
    ]);
    expect(turns.asked[1]?.turn).toEqual({ model: 'sonnet', toolChoice, maxTokens: 9 });
  });

  it('warns before it gives the words where they came twice', async () => {
    const turns = scripted(inText, inText);
    const message = 'The model was asked twice to call a tool and answered in text.';
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice }, conversation)).toEqual([
      { type: 'warning', message },
      ...inText.slice(0, -1),
      end('end_turn', usageOf(20, 40, 60, 80, 100)),
    ]);
    expect(turns.asked).toHaveLength(2);
  });
});

describe('withAnswerChecks, where a call must come', () => {
  it.each(['refusal', 'max_tokens', 'stop_sequence'] as const)('takes words that ended at %s', async (reason) => {
    const answer = [...inText.slice(0, -1), end(reason)];
    const turns = scripted(answer);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation)).toEqual(answer);
  });

  it('goes on after thinking that a stream has sent, without a second start', async () => {
    const thoughtful = [start(), ...thinkingBlock('one'), ...textBlock('No.'), end('end_turn')];
    const turns = scripted(thoughtful, [start(), ...thinkingBlock('two'), ...asCall.slice(1)]);
    const events = await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation);
    expect(events).toEqual([start(), ...thinkingBlock('one'), ...thinkingBlock('two'), ...asCall.slice(1)]);
  });

  it('begins anew where the client reads the answer only when it is complete', async () => {
    const thoughtful = [start(), ...thinkingBlock('one'), ...textBlock('No.'), end('end_turn')];
    const turns = scripted(thoughtful, asCall);
    const turn = { toolChoice: required, buffered: true };
    const events = await run(withAnswerChecks(turns.runTurn), turn, conversation);
    expect(events).toEqual([start(), ...thinkingBlock('one'), restart(usageOf(2)), ...asCall.slice(1)]);
  });

  it('gives one start where nothing was sent before the answer began again', async () => {
    const turns = scripted([start(usageOf(1)), ...textBlock('lost'), restart(usageOf(2)), ...asCall.slice(1)]);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation)).toEqual(asCall);
  });

  it('passes a restart on where something was sent', async () => {
    const restarted = [start(), ...thinkingBlock('lost'), restart(usageOf(2)), ...asCall.slice(1)];
    const turns = scripted(restarted);
    expect(await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation)).toEqual(restarted);
  });

  it('passes a restart on in the second try as well, whose start the client never sees', async () => {
    const thoughtful = [start(), ...thinkingBlock('one'), ...inText.slice(1)];
    const turns = scripted(thoughtful, [start(), ...thinkingBlock('lost'), restart(), ...asCall.slice(1)]);
    const events = await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation);
    expect(events.slice(0, -1)).toEqual([
      start(),
      ...thinkingBlock('one'),
      ...thinkingBlock('lost'),
      restart(),
      ...asCall.slice(1, -1),
    ]);
  });

  it('frees the process when the client leaves, and asks no more', async () => {
    const turns = scripted([start(), ...thinkingBlock('Hm.'), ...inText.slice(1)], asCall);
    const turn = { model: 'sonnet', toolChoice: required };
    for await (const event of withAnswerChecks(turns.runTurn)(conversation, turn, never)) {
      if (event.type === 'thinking') break;
    }
    expect(turns.running).toBe(0);
    expect(turns.asked).toHaveLength(1);
  });

  it('gives no end where none came', async () => {
    const turns = scripted([start(), ...textBlock('half')]);
    const events = await run(withAnswerChecks(turns.runTurn), { toolChoice: required }, conversation);
    expect(events.some(({ type }) => type === 'end')).toBe(false);
    expect(turns.asked).toHaveLength(1);
  });
});

describe('withAnswerChecks, where the arguments must match', () => {
  const check = (...scripts: Parameters<typeof scripted>) => {
    const turns = scripted(...scripts);
    return { turns, events: run(withAnswerChecks(turns.runTurn), {}, strictConversation) };
  };

  it.each<[string, Parameters<typeof scripted>[0]]>([
    ['words', inText],
    ['a good call', asCall],
    ['a bad call of a tool that is not strict', [start(), ...callBlock('c1', 'g', bad), end('tool_use')]],
    ['a bad call that was cut', [start(), ...callBlock('c1', 'f', '{'), end('max_tokens')]],
  ])('takes %s at the first try', async (_what, answer) => {
    const { events, turns } = check(answer);
    expect(await events).toEqual(answer);
    expect(turns.asked).toHaveLength(1);
  });

  it('answers a bad call in the client’s place, which gets only the good one', async () => {
    const { events, turns } = check(wrongly, asCall);
    expect(await events).toEqual([...asCall.slice(0, -1), end('tool_use', sum)]);
    expect(turns.asked[1]?.conversation.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { city: 1 } }] },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'c1',
            is_error: true,
            content: [{ text: expect.stringContaining('/city must be string') as string }],
          },
        ],
      },
    ]);
  });

  it('leaves words that were sent, and goes on after them without a second start', async () => {
    const { events } = check([start(), ...textBlock('Let me see.'), ...wrongly.slice(1)], asCall);
    expect(await events).toEqual([start(), ...textBlock('Let me see.'), ...asCall.slice(1, -1), end('tool_use', sum)]);
  });

  it('warns before it gives a call that was wrong twice', async () => {
    const message = 'The model’s arguments do not match the schema of a strict tool: /city must be string.';
    const { events, turns } = check(wrongly, wrongly);
    expect(await events).toEqual([
      { type: 'warning', message },
      ...wrongly.slice(0, -1),
      end('tool_use', usageOf(20, 40, 60, 80, 100)),
    ]);
    expect(turns.asked).toHaveLength(2);
  });

  it('takes words that come the second time', async () => {
    expect(await check(wrongly, inText).events).toEqual([
      ...inText.slice(0, -1),
      end('end_turn', usageOf(20, 40, 60, 80, 100)),
    ]);
  });

  it('refuses a schema that is none before it asks, if the tool is offered', async () => {
    const broken = tool('f', { strict: true, inputSchema: { type: 'no type' }, field: 'tools[0]' });
    const turns = scripted(inText);
    const { error } = await attempt(withAnswerChecks(turns.runTurn), {}, withTools(broken, tool('g')));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', facts: { param: 'tools[0]' } });
    expect(turns.asked).toEqual([]);
    const other: ToolChoice = { type: 'tool', name: 'g' };
    const offered = scripted(asCall);
    await run(withAnswerChecks(offered.runTurn), { toolChoice: other }, withTools(broken, tool('g')));
    expect(offered.asked).toHaveLength(1);
  });
});

describe('withAnswerChecks, where the API forces no call', () => {
  const refused = new HarnessError('INVALID_REQUEST', 'The API refused the request: tool_choice: not while thinking.', {
    upstreamStatus: 400,
  });
  const turn = { toolChoice: required };

  it('asks in words instead', async () => {
    const turns = scripted([refused], asCall);
    expect(await run(withAnswerChecks(turns.runTurn), turn, conversation)).toEqual(asCall);
    expect(turns.asked.map((asked) => asked.turn.enforcement)).toEqual([undefined, 'prompt']);
    expect(turns.asked[1]?.conversation).toBe(conversation);
  });

  it('does not count that for a try, and keeps to words', async () => {
    const turns = scripted([refused], inText, asCall);
    const events = await run(withAnswerChecks(turns.runTurn), turn, conversation);
    expect(events.at(-1)).toEqual(end('tool_use', sum));
    expect(turns.asked.map((asked) => asked.turn.enforcement)).toEqual([undefined, 'prompt', 'prompt']);
  });

  it('asks in words in the second try as well', async () => {
    const turns = scripted(inText, [refused], asCall);
    expect(await run(withAnswerChecks(turns.runTurn), turn, conversation)).toHaveLength(asCall.length);
    expect(turns.asked[2]).toMatchObject({ turn: { enforcement: 'prompt' } });
    expect(turns.asked[2]?.conversation.messages).toHaveLength(3);
  });

  it('fails where words were refused for it, too', async () => {
    expect(await attempt(withAnswerChecks(scripted([refused], [refused]).runTurn), turn, conversation)).toEqual({
      events: [],
      error: refused,
    });
    const asked = { ...turn, enforcement: 'prompt' as const };
    expect(await attempt(withAnswerChecks(scripted([refused]).runTurn), asked, conversation)).toMatchObject({
      error: refused,
    });
  });

  it.each([
    new HarnessError('INVALID_REQUEST', 'The API refused the request: tools: no.', { upstreamStatus: 400 }),
    new HarnessError('UPSTREAM_ERROR', 'tool_choice', { upstreamStatus: 500 }),
    new HarnessError('INVALID_REQUEST', 'tool_choice'),
    new Error('tool_choice'),
  ])('passes another failure on: %s', async (failure) => {
    const turns = scripted([failure]);
    expect(await attempt(withAnswerChecks(turns.runTurn), turn, conversation)).toEqual({ events: [], error: failure });
    expect(turns.asked).toHaveLength(1);
  });
});
