import { describe, expect, it } from 'vitest';
import type { StopReason, TurnEvent } from '../../src/core/turn-event.ts';
import { AnswerValidator } from '../../src/turn/answer-validator.ts';
import type { Expectations } from '../../src/turn/expectations.ts';
import { compileSchema } from '../../src/turn/json-schema.ts';
import { numbered, unnumbered } from '../support/block-ids.ts';
import {
  callBlock,
  end,
  opaqueBlock,
  outputBlock,
  redactedBlock,
  refusalBlock,
  restart,
  start,
  textBlock,
  thinkingBlock,
} from './scripted.ts';

const hasCity = compileSchema(
  { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  'schema',
);
const expecting = (changes: Partial<Expectations>): Expectations => ({
  call: false,
  output: undefined,
  strict: new Map(),
  ...changes,
});
const aCall = expecting({ call: true });
const anOutput = expecting({ output: hasCity });
const strictF = expecting({ strict: new Map([['f', hasCity]]) });

const good = '{"city":"Rome"}';
const bad = '{"city":1}';

/** What is given out while the answer comes, what is held back to its end, and what is wrong with it. */
function validated(expected: Expectations, ...answer: TurnEvent[]) {
  const validator = new AnswerValidator(expected);
  const passed = unnumbered(numbered(answer).flatMap((event) => validator.push(event)));
  return { validator, passed, problem: validator.problem(), end: validator.end, held: unnumbered(validator.release()) };
}

describe('AnswerValidator, while the answer comes', () => {
  it('gives out everything at once where neither call nor output must come', () => {
    const answer = [start(), ...thinkingBlock('Hm.'), ...textBlock('one', 'two'), ...redactedBlock('x')];
    const { passed, held } = validated(strictF, ...answer, end('end_turn'));
    expect(passed).toEqual(answer);
    expect(held).toEqual([]);
  });

  it('keeps the end back, for the answer may be another', () => {
    expect(validated(aCall, start(), end('tool_use')).passed).toEqual([start()]);
  });

  it('gives words out at once after a call of a tool that the API runs', () => {
    const answer = [start(), ...opaqueBlock('server_tool_use'), ...textBlock('It is', ' warm.')];
    expect(validated(aCall, ...answer)).toMatchObject({ passed: answer, held: [] });
  });

  it.each([
    ['a call', aCall],
    ['output', anOutput],
  ])('holds words back where %s must come, and gives thinking out', (_what, expected) => {
    const { validator, passed, held } = validated(
      expected,
      start(),
      ...thinkingBlock('Hm.'),
      ...textBlock('one', 'two'),
    );
    expect(passed).toEqual([start(), ...thinkingBlock('Hm.')]);
    expect(held).toEqual(textBlock('one', 'two'));
    expect(validator.release()).toEqual([]);
  });

  it('gives held words out before the call that came after all', () => {
    const answer = [start(), ...textBlock('Let me see.'), ...callBlock('c1', 'f', '{}'), ...textBlock('So.')];
    expect(validated(aCall, ...answer).passed).toEqual(answer);
    expect(validated(anOutput, ...answer).passed).toEqual(answer);
  });

  it('keeps the order: what comes after something held is held with it', () => {
    const held = [...textBlock('one'), ...thinkingBlock('Hm.'), ...redactedBlock('x'), ...refusalBlock('no')];
    expect(validated(aCall, start(), ...held)).toMatchObject({ passed: [start()], held });
  });

  it('gives output out at once as text, and drops the words around it', () => {
    const output = outputBlock('{"city":', '"Rome"}');
    const answer = [start(), ...textBlock('Here it is:'), ...output, ...textBlock('Anything else?')];
    const { passed, held } = validated(anOutput, ...answer);
    expect(passed).toEqual([start(), ...textBlock('{"city":', '"Rome"}')]);
    expect(held).toEqual([]);
  });

  it('drops a second output, which would make the first no JSON', () => {
    const answer = [start(), ...outputBlock(good), ...outputBlock('{"city":"Oslo"}')];
    const { validator, passed } = validated(anOutput, ...answer);
    expect(passed).toEqual([start(), ...textBlock(good)]);
    expect(validator.output).toBe(good);
  });

  it('holds all calls back where one of the tools is strict, with what comes after them', () => {
    const calls = [...callBlock('c1', 'f', good), ...callBlock('c2', 'g'), ...textBlock('So.')];
    const { passed, held } = validated(strictF, start(), ...textBlock('one'), ...calls);
    expect(passed).toEqual([start(), ...textBlock('one')]);
    expect(held).toEqual(calls);
  });

  // Without them the client would be told of calls that it never got.
  it('keeps calls of a strict tool that stand beside output', () => {
    const calls = callBlock('c1', 'f', good);
    const { passed, held } = validated(
      { ...anOutput, ...strictF, output: hasCity },
      start(),
      ...calls,
      ...outputBlock(good),
    );
    expect([...passed, ...held]).toEqual(expect.arrayContaining(calls));
  });

  it('begins anew when the answer begins again', () => {
    const { validator, passed, held, problem } = validated(
      { ...aCall, strict: new Map([['f', hasCity]]) },
      start(),
      ...textBlock('lost'),
      ...callBlock('c1', 'f', bad),
      restart(),
      ...textBlock('kept'),
      end('end_turn'),
    );
    expect(passed).toEqual([start(), restart()]);
    expect(held).toEqual(textBlock('kept'));
    expect(problem).toEqual({ kind: 'no-call' });
    expect(validator.text).toBe('kept');
  });
});

describe('AnswerValidator, of the answer that has come', () => {
  it('knows its words, its calls and its output', () => {
    const { validator } = validated(
      strictF,
      start(),
      ...thinkingBlock('not words'),
      ...textBlock('one ', 'two'),
      ...callBlock('c1', 'f', '{"city":', '"Rome"}'),
      ...callBlock('c2', 'g'),
    );
    expect(validator.text).toBe('one two');
    expect(validator.calls).toEqual([
      { id: 'c1', name: 'f', json: good },
      { id: 'c2', name: 'g', json: '' },
    ]);
    expect(validator.output).toBeUndefined();
    expect(validated(anOutput, start(), ...outputBlock('{"city":', '"Rome"}')).validator).toMatchObject({
      output: good,
      text: '',
    });
  });

  it('tells whether any of it has been given out', () => {
    expect(validated(aCall, start(), ...textBlock('one')).validator.hasPassed).toBe(false);
    expect(validated(aCall, start(), ...thinkingBlock('Hm.')).validator.hasPassed).toBe(true);
    expect(validated(strictF, start(), ...callBlock('c1', 'f')).validator.hasPassed).toBe(false);
    expect(validated(strictF, start(), ...textBlock('one')).validator.hasPassed).toBe(true);
  });

  it.each<[string, Expectations, TurnEvent[], object | undefined]>([
    ['a call that came', aCall, callBlock('c1', 'f'), undefined],
    ['no call', aCall, textBlock('one'), { kind: 'no-call' }],
    ['nothing at all instead of a call', aCall, [], { kind: 'no-call' }],
    ['good output', anOutput, outputBlock(good), undefined],
    ['calls instead of output', anOutput, callBlock('c1', 'f'), undefined],
    ['words instead of output', anOutput, textBlock(good), { kind: 'no-output' }],
    ['bad output', anOutput, outputBlock(bad), { kind: 'wrong-output', reason: '/city must be string' }],
    ['broken output', anOutput, outputBlock('{"city"'), { kind: 'wrong-output', reason: 'is not valid JSON' }],
    ['good arguments', strictF, callBlock('c1', 'f', good), undefined],
    ['bad arguments of a tool that is not strict', strictF, callBlock('c1', 'g', bad), undefined],
    [
      'bad, broken and missing arguments beside good ones',
      strictF,
      [
        ...callBlock('c1', 'f', bad),
        ...callBlock('c2', 'f', good),
        ...callBlock('c3', 'f', '{'),
        ...callBlock('c4', 'f'),
      ],
      {
        kind: 'wrong-arguments',
        reasons: new Map([
          ['c1', '/city must be string'],
          ['c3', 'is not valid JSON'],
          ['c4', "must have required property 'city'"],
        ]),
      },
    ],
  ])('judges %s', (_what, expected, blocks, problem) => {
    expect(validated(expected, start(), ...blocks, end('end_turn')).problem).toEqual(problem);
  });

  // The model leaves out the arguments of a call that has none, and a form may have no required field.
  it('takes output without any arguments for an empty object, and gives the client one', () => {
    const anything = expecting({ output: compileSchema({ type: 'object' }, 'schema') });
    const { problem, passed } = validated(anything, start(), ...outputBlock(''), end('tool_use'));
    expect(problem).toBeUndefined();
    expect(passed.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe('{}');
  });

  it.each<StopReason>(['max_tokens', 'stop_sequence', 'refusal'])(
    'judges no answer that ended at %s, and none without an end',
    (reason) => {
      for (const expected of [aCall, anOutput, strictF]) {
        const blocks = [start(), ...callBlock('c1', 'f', '{'), ...outputBlock('{')];
        expect(validated(expected, ...blocks, end(reason)).problem).toBeUndefined();
        expect(validated(expected, start(), ...textBlock('one'), end(reason)).problem).toBeUndefined();
        expect(validated(expected, ...blocks).problem).toBeUndefined();
      }
    },
  );

  it.each<[string, TurnEvent[], StopReason, StopReason]>([
    ['output', outputBlock(good), 'tool_use', 'end_turn'],
    ['output that was cut', outputBlock('{'), 'max_tokens', 'max_tokens'],
    ['calls', callBlock('c1', 'f'), 'tool_use', 'tool_use'],
    ['calls and output', [...callBlock('c1', 'f'), ...outputBlock(good)], 'tool_use', 'tool_use'],
  ])('of %s, ended by the API with %s … %s', (_what, blocks, given, told) => {
    expect(validated(anOutput, start(), ...blocks, end(given)).end).toEqual(end(told));
  });

  it('knows no end that never came', () => {
    expect(validated(anOutput, start(), ...outputBlock(good)).end).toBeUndefined();
  });
});
