import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/core/conversation.ts';
import { withAnswerChecks } from '../../src/turn/answer-checks.ts';
import {
  attempt,
  callBlock,
  end,
  opaqueBlock,
  outputBlock,
  refusalBlock,
  run,
  scripted,
  restart,
  start,
  text,
  textBlock,
  thinkingBlock,
  tool,
  usageOf,
  withTools,
  type Script,
} from './scripted.ts';
import { textOf } from '../cli/turn/transcript.ts';
import { hello, never } from '../support/hello.ts';

const schema: JsonSchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const output = { schema, field: 'response_format.json_schema.schema' };
const good = '{"city":"Rome"}';
const bad = '{"city":1}';

const goodAnswer = [start(usageOf(2)), ...outputBlock(good), end('tool_use', usageOf(1, 2, 3, 4, 5))];
const badAnswer = [start(usageOf(1)), ...outputBlock(bad), end('tool_use', usageOf(10, 20, 30, 40, 50))];
const inText = [start(usageOf(1)), ...textBlock(good), end('end_turn', usageOf(10, 20, 30, 40, 50))];
const sum = usageOf(11, 22, 33, 44, 55);

/** What the client gets: good output as the text of an answer. */
const asText = (usage = usageOf(1, 2, 3, 4, 5)) => [start(usageOf(2)), ...textBlock(good), end('end_turn', usage)];

function check(scripts: Script[], { buffered = false, conversation = hello } = {}) {
  const turns = scripted(...scripts);
  const turn = { output, ...(buffered && { buffered }) };
  return { turns, attempted: attempt(withAnswerChecks(turns.runTurn), turn, conversation) };
}

const outputInvalid = (reason: string) => ({
  code: 'OUTPUT_INVALID',
  message: expect.stringContaining(reason) as string,
});

describe('withAnswerChecks, where output must come', () => {
  it('lets blocks pass that only the API and the client understand, and drops the words between them', async () => {
    const search = [...opaqueBlock('server_tool_use'), ...opaqueBlock('web_search_tool_result')];
    const { attempted } = check([
      [start(), ...textBlock('Let me see.'), ...search, ...textBlock('So:'), ...outputBlock(good), end('tool_use')],
    ]);
    const given = [start(), ...search, ...textBlock(good), end('end_turn')];
    expect(await attempted).toEqual({ events: given, error: undefined });
  });

  it('gives it as the text of an answer that is over', async () => {
    expect(await check([goodAnswer]).attempted).toEqual({ events: asText(), error: undefined });
  });

  it('drops the words around it and keeps the thinking before it', async () => {
    const around = [
      start(usageOf(2)),
      ...thinkingBlock('Hm.'),
      ...textBlock('Here it is:'),
      ...outputBlock(good),
      ...textBlock('Anything else?'),
      end('tool_use'),
    ];
    const { events } = await check([around]).attempted;
    expect(events).toEqual([start(usageOf(2)), ...thinkingBlock('Hm.'), ...textBlock(good), end('end_turn')]);
  });

  it('streams it', async () => {
    const turns = scripted([start(), ...outputBlock('{"city":', '"Rome"}'), end('tool_use')]);
    const turn = { model: 'sonnet', output };
    for await (const event of withAnswerChecks(turns.runTurn)(hello, turn, never)) {
      if (event.type === 'text') break;
    }
    expect(turns.taken.at(-1)).toEqual(text('{"city":'));
    expect(turns.running).toBe(0);
  });

  it.each([false, true])('asks once more where it came as words (buffered: %s)', async (buffered) => {
    const { turns, attempted } = check([inText, goodAnswer], { buffered });
    expect(await attempted).toEqual({ events: asText(sum), error: undefined });
    expect(turns.asked[1]?.conversation.messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: good }] },
      { role: 'user', content: [{ type: 'text', text: expect.stringContaining('structured form') as string }] },
    ]);
  });

  it('fails where it came as words twice, and has given nothing out', async () => {
    const { turns, attempted } = check([inText, inText]);
    expect(await attempted).toMatchObject({ events: [], error: outputInvalid('answered in text') });
    expect(turns.asked).toHaveLength(2);
  });

  it('asks once more where it is wrong and can be replaced', async () => {
    const { turns, attempted } = check([badAnswer, goodAnswer], { buffered: true });
    const { events, error } = await attempted;
    expect(error).toBeUndefined();
    expect(events).toEqual([start(usageOf(1)), ...textBlock(bad), restart(usageOf(2)), ...asText(sum).slice(1)]);
    expect(turns.asked[1]?.conversation.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: [{ text: bad }] },
      { role: 'user', content: [{ text: expect.stringContaining('/city must be string') as string }] },
    ]);
  });

  it('fails where it is wrong twice', async () => {
    const { turns, attempted } = check([badAnswer, badAnswer], { buffered: true });
    const { events, error } = await attempted;
    expect(error).toMatchObject(outputInvalid('does not match the schema: /city must be string'));
    expect(events.some(({ type }) => type === 'end')).toBe(false);
    expect(turns.asked).toHaveLength(2);
  });

  it('fails at once where it is wrong and a stream has it already', async () => {
    const { turns, attempted } = check([badAnswer]);
    const { events, error } = await attempted;
    expect(error).toMatchObject(outputInvalid('/city must be string'));
    expect(events).toEqual([start(usageOf(1)), ...textBlock(bad)]);
    expect(turns.asked).toHaveLength(1);
  });

  it('gives the words with which the model declines as such', async () => {
    const refusal = [start(), ...thinkingBlock('Hm.'), ...textBlock('I cannot ', 'do that.'), end('refusal')];
    const { turns, attempted } = check([refusal]);
    const { events } = await attempted;
    const declined = refusalBlock('I cannot ', 'do that.');
    expect(events).toEqual([start(), ...thinkingBlock('Hm.'), ...declined, end('refusal')]);
    expect(turns.asked).toHaveLength(1);
  });

  it('gives an answer as far as it came where the token limit cut it', async () => {
    const half = [start(), ...textBlock('Here:'), ...outputBlock('{"city":'), end('max_tokens')];
    expect((await check([half]).attempted).events).toEqual([start(), ...textBlock('{"city":'), end('max_tokens')]);
    const words = [start(), ...textBlock('Here'), end('max_tokens')];
    expect((await check([words]).attempted).events).toEqual(words);
  });

  it('refuses a schema that is none before it asks, also where a call must come instead', async () => {
    const broken = { output: { schema: { type: 'no type' }, field: 'response_format.schema' } };
    for (const turn of [broken, { ...broken, toolChoice: { type: 'required' as const } }]) {
      const turns = scripted(goodAnswer);
      const { error } = await attempt(withAnswerChecks(turns.runTurn), turn, withTools(tool('f')));
      expect(error).toMatchObject({ code: 'INVALID_REQUEST', facts: { param: 'response_format.schema' } });
      expect(turns.asked).toEqual([]);
    }
  });
});

describe('withAnswerChecks, where output or calls may come', () => {
  const conversation = withTools(tool('f'), tool('g', { strict: true }));
  const plain = withTools(tool('f'));

  it('takes calls for an answer, with the words before and after them', async () => {
    const answer = [
      start(),
      ...textBlock('Let me see.'),
      ...callBlock('c1', 'f', bad),
      ...textBlock('So.'),
      end('tool_use'),
    ];
    const { turns, attempted } = check([answer], { conversation: plain });
    expect(await attempted).toEqual({ events: answer, error: undefined });
    expect(turns.asked).toHaveLength(1);
  });

  it('takes output for an answer', async () => {
    expect((await check([goodAnswer], { conversation }).attempted).events).toEqual(asText());
  });

  it('asks once more for arguments that do not match, and takes output then', async () => {
    const wrongly = [start(), ...callBlock('c1', 'g', bad), end('tool_use', usageOf(10, 20, 30, 40, 50))];
    const { turns, attempted } = check([wrongly, goodAnswer], { conversation });
    expect((await attempted).events).toEqual(asText(sum));
    expect(turns.asked[1]?.conversation.messages.at(-1)).toMatchObject({ content: [{ type: 'tool_result' }] });
  });

  it('expects no output where a call must come', async () => {
    const turns = scripted([start(), ...textBlock('No.'), ...callBlock('c1', 'f'), end('tool_use')]);
    const turn = { output, toolChoice: { type: 'required' as const } };
    const events = await run(withAnswerChecks(turns.runTurn), turn, plain);
    expect(textOf(events)).toBe('No.');
    expect(turns.asked).toHaveLength(1);
  });
});
