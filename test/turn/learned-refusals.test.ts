import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import { failureOfStatus } from '../../src/messages-api/failures.ts';
import { withLearnedRefusals } from '../../src/turn/learned-refusals.ts';
import { hello } from '../support/hello.ts';
import { memoryLog } from '../support/memory-log.ts';
import { attempt, end, outputBlock, run, scripted, start, textBlock, tool, withTools } from './scripted.ts';

const answer = [start(), ...textBlock('Hello'), end('end_turn')];
const warning = (message: string) => ({ type: 'warning', message }) as const;
const leftOut = (name: string) => warning(`${name} was left out: the model does not take it.`);
const refused = (sentence: string) => [failureOfStatus(400, sentence, {})];
const deprecated = refused('`temperature` is deprecated for this model.');
const fullNames: Record<string, string> = {
  sonnet: 'claude-sonnet-4-6',
  best: 'claude-sonnet-4-6',
  new: 'claude-opus-4-8',
};

function harnessOf(turns: ReturnType<typeof scripted>) {
  const log = memoryLog();
  const runTurn = withLearnedRefusals(turns.runTurn, {
    fullName: (requested) => fullNames[requested] ?? requested,
    rules: { defaultEffort: 'none' },
    log,
  });
  return { log, runTurn };
}

describe('withLearnedRefusals', () => {
  it('asks again without what the model refuses, and says so', async () => {
    const turns = scripted(deprecated, answer);
    const { runTurn, log } = harnessOf(turns);
    const events = await run(runTurn, { sampling: { temperature: 0.5, topK: 3 } });

    expect(events).toEqual([leftOut('temperature'), ...answer]);
    expect(turns.asked.map(({ turn }) => turn.sampling)).toEqual([{ temperature: 0.5, topK: 3 }, { topK: 3 }]);
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { model: 'claude-sonnet-4-6', feature: 'temperature' } },
    ]);
  });

  it('does not ask that model for it again, by whatever name, but others', async () => {
    const turns = scripted(deprecated, answer, answer, answer);
    const { runTurn } = harnessOf(turns);
    const options = { sampling: { temperature: 0.5 } };
    await run(runTurn, options);

    expect(await run(runTurn, { ...options, model: 'best' })).toEqual([leftOut('temperature'), ...answer]);
    expect(await run(runTurn, { ...options, model: 'new' })).toEqual(answer);
    expect(turns.asked.map(({ turn }) => turn.sampling?.temperature)).toEqual([0.5, undefined, undefined, 0.5]);
  });

  it('goes on until nothing is left that is refused', async () => {
    const turns = scripted(deprecated, refused('top_p: not permitted'), refused('`top_k` is deprecated'), answer);
    const events = await run(harnessOf(turns).runTurn, { sampling: { temperature: 0, topP: 0.5, topK: 1 } });
    expect(events.slice(0, 3)).toEqual([leftOut('temperature'), leftOut('top_p'), leftOut('top_k')]);
    expect(turns.asked.at(-1)?.turn.sampling).toEqual({});
  });

  it('gives the temperature precedence over top_p, and top_p its chance where it is alone', async () => {
    const both = refused('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
    const turns = scripted(both, answer, answer, answer);
    const { runTurn } = harnessOf(turns);
    await run(runTurn, { sampling: { temperature: 0.5, topP: 0.5 } });
    await run(runTurn, { sampling: { topP: 0.5 } });
    await run(runTurn, { sampling: { temperature: 0.7, topP: 0.7 } });

    const asked = turns.asked.map(({ turn }) => turn.sampling);
    expect(asked.slice(1)).toEqual([{ temperature: 0.5 }, { topP: 0.5 }, { temperature: 0.7 }]);
  });

  it('gives any other refusal to the client, and learns nothing from it', async () => {
    const other = refused('messages.0: image is too large');
    const turns = scripted(other, deprecated, other, answer);
    const { runTurn } = harnessOf(turns);
    const options = { sampling: { temperature: 0.5 } };

    expect((await attempt(runTurn, options)).error).toBe(other[0]);
    // The second try shows that something else was wrong as well.
    expect((await attempt(runTurn, options)).error).toBe(other[0]);
    expect(await run(runTurn, options)).toEqual(answer);
  });

  it('does not repeat a turn that has begun', async () => {
    const turns = scripted([start(), ...deprecated]);
    const { error, events } = await attempt(harnessOf(turns).runTurn, { sampling: { temperature: 0.5 } });
    expect(error).toBeInstanceOf(HarnessError);
    expect(events).toEqual([start()]);
  });

  it('drops the level of an effort, and lets the model think as much', async () => {
    const turns = scripted(refused('This model does not support the effort parameter.'), answer);
    const events = await run(harnessOf(turns).runTurn, { effort: 'high' });
    expect(events[0]).toEqual(leftOut('effort'));
    expect(turns.asked[1]?.turn).toMatchObject({ effort: 'high', omitsEffort: true });
  });

  it('moves system messages to the system prompt for models that do not take them', async () => {
    const note = { role: 'system' as const, content: [{ type: 'text' as const, text: 'Be brief.' }] };
    const conversation = { ...hello, messages: [...hello.messages, note] };
    const joined = { system: [...hello.system, 'Be brief.'], messages: hello.messages };
    const turns = scripted(answer, refused("role 'system' is not supported on this model"), answer, answer);
    const { runTurn } = harnessOf(turns);
    for (const model of ['sonnet', 'new', 'new']) expect(await run(runTurn, { model }, conversation)).toEqual(answer);
    expect(turns.asked.map((asked) => asked.conversation)).toEqual([joined, conversation, joined, joined]);
  });
});

describe('the choice of tokens', () => {
  it('is left at the API’s defaults without a word', async () => {
    const turns = scripted(answer);
    expect(await run(harnessOf(turns).runTurn, { sampling: { temperature: 1, topP: 1 } })).toEqual(answer);
    expect(turns.asked[0]?.turn.sampling).toEqual({});
  });

  it('stays within what the API takes', async () => {
    const events = await run(harnessOf(scripted(answer)).runTurn, { sampling: { temperature: 1.7 } });
    expect(events[0]).toEqual(warning('temperature was lowered to 1, the highest that the API takes.'));
  });

  it('is the model’s own while it thinks, but for a high top_p', async () => {
    const turns = scripted(answer, answer);
    const { runTurn } = harnessOf(turns);
    const events = await run(runTurn, { effort: 'low', sampling: { temperature: 0.5, topP: 0.5, topK: 3 } });
    await run(runTurn, { effort: 'low', sampling: { topP: 0.97 } });
    expect(events.slice(0, -answer.length)).toEqual(
      ['temperature', 'top_p', 'top_k'].map((name) =>
        warning(`${name} was left out: the API does not take it while the model thinks.`),
      ),
    );
    expect(turns.asked.map(({ turn }) => turn.sampling)).toEqual([{}, { topP: 0.97 }]);
  });
});

describe('structured output', () => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  const output = { schema, field: 'output_format' };
  const json = [start(), ...textBlock(' ', '{"a":', '"b"}'), end('end_turn')];

  it('is the text of an answer that the API keeps to the schema', async () => {
    const turns = scripted(json);
    const events = await run(harnessOf(turns).runTurn, { output });
    expect(events).toEqual([start(), ...outputBlock(' ', '{"a":', '"b"}'), end('end_turn')]);
    expect(turns.asked[0]?.turn.output).toEqual({ ...output, constrained: true });
  });

  it.each([
    ['words', [...textBlock('I would rather not.'), end('refusal')]],
    ['blank text', [...textBlock(' ', '\n'), end('end_turn')]],
    ['nothing', [...textBlock(), end('max_tokens')]],
  ])('is not made of %s', async (_what, rest) => {
    const events = [start(), ...rest];
    expect(await run(harnessOf(scripted(events)).runTurn, { output })).toEqual(events);
  });

  it('begins again with the answer', async () => {
    const broken = [start(), { type: 'block_start' as const, id: 0, block: { type: 'text' as const } }];
    const again = [{ ...start(), type: 'restart' as const }, ...textBlock('{}'), end('end_turn')];
    const events = await run(harnessOf(scripted([...broken, ...again] as never)).runTurn, { output });
    expect(events.slice(-4)).toEqual([...outputBlock('{}'), end('end_turn')]);
  });

  it('comes by a tool where the API refuses the schema, without a word, and others still go to the API', async () => {
    const other = { ...output, schema: { ...schema, title: 'Another' } };
    const refusal = refused('output_config.format.schema: Schema is too complex');
    const turns = scripted(refusal, answer, answer, json);
    const { runTurn } = harnessOf(turns);
    for (const asked of [output, output, other]) {
      expect((await run(runTurn, { output: asked })).some(({ type }) => type === 'warning')).toBe(false);
    }
    expect(turns.asked.map(({ turn }) => turn.output?.constrained)).toEqual([true, false, false, true]);
  });

  it('comes by a tool beside tools, with citations, and for schemas that the API has no rules for', async () => {
    const turns = scripted(answer, answer, answer);
    const { runTurn } = harnessOf(turns);
    await run(runTurn, { output }, withTools(tool('weather')));
    const document = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } } as const;
    const cited = { ...document, citations: { enabled: true } };
    await run(runTurn, { output }, { system: [], messages: [{ role: 'user', content: [cited] }] });
    await run(runTurn, { output: { ...output, schema: { type: 'object' } } });
    expect(turns.asked.map(({ turn }) => turn.output?.constrained)).toEqual([undefined, undefined, undefined]);
  });
});

describe('strict tools', () => {
  const inputSchema = { type: 'object', properties: {}, additionalProperties: false };

  it('are the API’s affair where it has rules for their schema', async () => {
    const turns = scripted(answer);
    const tools = [tool('a', { strict: true, inputSchema }), tool('b', { strict: true }), tool('c', { inputSchema })];
    await run(harnessOf(turns).runTurn, {}, withTools(...tools));
    expect(turns.asked[0]?.conversation.tools?.map(({ constrained }) => constrained)).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('are checked here alone where it refuses them', async () => {
    const turns = scripted(refused('tools.0.custom.strict: Extra inputs are not permitted'), answer, answer);
    const { runTurn } = harnessOf(turns);
    const conversation = withTools(tool('a', { strict: true, inputSchema }));
    expect(await run(runTurn, {}, conversation)).toEqual(answer);
    expect(await run(runTurn, {}, conversation)).toEqual(answer);
    const asked = turns.asked.map((turn) =>
      turn.conversation.tools?.map(({ constrained, strict }) => [constrained, strict]),
    );
    expect(asked).toEqual([[[true, true]], [[false, true]], [[false, true]]]);
  });
});
