import { describe, expect, it } from 'vitest';
import type { Conversation, JsonSchema } from '../../src/core/conversation.ts';
import type { ToolChoice, TurnOptions } from '../../src/core/turn-options.ts';
import { callInstruction, offeredTools, requiresCall, toRequestBody } from '../../src/messages-api/request-body.ts';
import { toCliName } from '../../src/messages-api/tool-names.ts';
import { tool, withTools } from '../turn/scripted.ts';
import { hello } from '../support/hello.ts';

interface Body {
  tools?: { name: string; description?: string; input_schema: JsonSchema }[];
  tool_choice?: object;
  stop_sequences?: string[];
}

const twoTools = withTools(tool('f'), tool('g'));
const schema: JsonSchema = { type: 'object', properties: { a: { type: 'number' } } };
const output = { schema, field: 'response_format' };
const auto: ToolChoice = { type: 'auto' };
const required: ToolChoice = { type: 'required' };
const named: ToolChoice = { type: 'tool', name: 'g' };

const bodyOf = (conversation: Conversation, turn: Partial<TurnOptions> = {}, forceCalls = true) =>
  toRequestBody(conversation, { model: 'sonnet', ...turn }, { forceCalls, toModelName: toCliName }) as Body;
const namesOf = ({ tools }: Body) => tools?.map(({ name }) => name);

const [f, g, answer] = ['mcp__client__f', 'mcp__client__g', 'StructuredOutput'];
const any = { type: 'any' };
const anyOne = { type: 'any', disable_parallel_tool_use: true };
const autoOne = { type: 'auto', disable_parallel_tool_use: true };

describe('toRequestBody', () => {
  it('adds nothing where nothing is asked for', () => {
    expect(bodyOf(hello)).toEqual({});
    expect(bodyOf(withTools())).toEqual({});
  });

  it('hands on how the next token is chosen', () => {
    expect(bodyOf(hello, { sampling: {} })).toEqual({});
    expect(bodyOf(hello, { sampling: { temperature: 0, topP: 0.5, topK: 3 } })).toEqual({
      temperature: 0,
      top_p: 0.5,
      top_k: 3,
    });
  });

  it('leaves a schema to the API where it is to enforce it', () => {
    const constrained = {
      schema: { $schema: 'http://json-schema.org/draft-07/schema#', ...schema },
      constrained: true,
    };
    const asked = { output: { ...output, ...constrained } };
    expect(bodyOf(hello, asked)).toEqual({ output_config: { format: { type: 'json_schema', schema } } });
    expect(bodyOf(twoTools, { ...asked, toolChoice: required })).not.toHaveProperty('output_config');
    expect(callInstruction({ model: 'sonnet', ...asked }, toCliName)).toBeUndefined();
  });

  it('leaves the arguments of a tool to the API where it is to enforce them', () => {
    const tools = withTools(tool('f', { strict: true, constrained: true }), tool('g', { strict: true }));
    expect(bodyOf(tools).tools).toMatchObject([{ name: f, strict: true }, { name: g }]);
    expect(bodyOf(tools).tools?.[1]).not.toHaveProperty('strict');
  });

  it('adds what else the client says of a tool to the API', () => {
    const extra = { input_examples: [{ a: 1 }] };
    expect(bodyOf(withTools(tool('f', { inputSchema: schema, extra }))).tools).toEqual([
      { name: f, input_schema: schema, ...extra },
    ]);
  });

  it('gives a tool its name, its description and its schema, and nothing of the client’s besides', () => {
    const described = tool('f', { description: 'Does f.', inputSchema: schema, strict: true });
    expect(bodyOf(withTools(described, tool('g', { inputSchema: schema }))).tools).toEqual([
      { name: f, description: 'Does f.', input_schema: schema },
      { name: g, input_schema: schema },
    ]);
  });

  describe('where no tool is offered, of a conversation that has called some', () => {
    const called = withTools(tool('f', { description: 'Does f.' }), tool('g'));
    const messages: Conversation['messages'] = [
      {
        role: 'assistant',
        content: ['f', 'gone', 'f'].map((name) => ({ type: 'tool_use', id: name, name, input: {} })),
      },
      ...hello.messages,
    ];
    const known = [
      { name: f, description: 'Does f.', input_schema: tool('f').inputSchema },
      { name: 'mcp__client__gone', input_schema: { type: 'object' } },
    ];

    it('names those, which the API wants to know, and forbids to call them', () => {
      const conversation = { ...called, messages };
      expect(bodyOf(conversation, { toolChoice: { type: 'none' } })).toEqual({
        tools: known,
        tool_choice: { type: 'none' },
      });
      expect(namesOf(bodyOf({ ...hello, messages }))).toEqual([f, 'mcp__client__gone']);
    });

    it('still asks for the form of an answer', () => {
      expect(bodyOf({ ...called, messages }, { toolChoice: { type: 'none' }, output })).toMatchObject({
        tools: [...known, { name: answer }],
        tool_choice: { type: 'tool', name: answer },
      });
    });

    it('adds nothing where none was called', () => {
      expect(bodyOf(called, { toolChoice: { type: 'none' } })).toEqual({});
    });
  });

  describe('with tools of the API’s own', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const apiTools = [{ name: 'web_search', definition: search, index: 1 }];
    const mixed = { ...twoTools, apiTools };
    const alone = { ...hello, apiTools };

    it('sends each where the client had it, as it is', () => {
      expect(bodyOf(mixed).tools).toEqual([
        expect.objectContaining({ name: f }),
        search,
        expect.objectContaining({ name: g }),
      ]);
      expect(bodyOf(alone)).toEqual({ tools: [search] });
    });

    it.each<[ToolChoice, string[], object]>([
      [{ type: 'tool', name: 'web_search' }, ['web_search'], { type: 'tool', name: 'web_search' }],
      [named, [g, 'web_search'], { type: 'tool', name: g }],
      [required, [f, 'web_search', g], any],
      [{ type: 'none' }, ['web_search'], { type: 'none' }],
    ])('keeps them for the choice %j', (toolChoice, names, choice) => {
      const body = bodyOf(mixed, { toolChoice });
      expect(namesOf(body)).toEqual(names);
      expect(body.tool_choice).toEqual(choice);
    });

    it('calls them alone as required', () => {
      expect(bodyOf(alone, { toolChoice: required, parallelToolCalls: false }).tool_choice).toEqual(anyOne);
    });

    it('declares no tool of the history a second time', () => {
      const called: Conversation['messages'] = [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'web_search', input: {} }] },
      ];
      expect(namesOf(bodyOf({ ...alone, messages: called }, { toolChoice: { type: 'none' } }))).toEqual(['web_search']);
    });
  });

  it('offers the answer’s form as a tool of its own', () => {
    expect(bodyOf(hello, { output }).tools).toEqual([
      { name: answer, description: expect.stringContaining('final response') as string, input_schema: schema },
    ]);
  });

  it.each<[string, Partial<TurnOptions>, string[] | undefined, object | undefined, object | undefined]>([
    // What is asked for, the tools that are offered, the choice where calls can be forced, and where not.
    ['no choice', {}, [f, g], undefined, undefined],
    ['a free choice', { toolChoice: auto }, [f, g], undefined, undefined],
    ['a call', { toolChoice: required }, [f, g], any, undefined],
    ['a named call', { toolChoice: named }, [g], { type: 'tool', name: g }, undefined],
    ['an output', { output }, [f, g, answer], any, undefined],
    ['an output and a free choice', { output, toolChoice: auto }, [f, g, answer], any, undefined],
    ['an output and a call', { output, toolChoice: required }, [f, g], any, undefined],
    ['an output and a named call', { output, toolChoice: named }, [g], { type: 'tool', name: g }, undefined],
    ['one call at most', { parallelToolCalls: false }, [f, g], autoOne, autoOne],
    ['several calls', { parallelToolCalls: true }, [f, g], undefined, undefined],
    ['one call', { parallelToolCalls: false, toolChoice: required }, [f, g], anyOne, autoOne],
    [
      'one named call',
      { parallelToolCalls: false, toolChoice: named },
      [g],
      { type: 'tool', name: g, disable_parallel_tool_use: true },
      autoOne,
    ],
    ['an output or one call', { parallelToolCalls: false, output }, [f, g, answer], anyOne, autoOne],
  ])('with two tools, %s', (_what, turn, names, forced, unforced) => {
    const body = bodyOf(twoTools, turn);
    expect(namesOf(body)).toEqual(names);
    expect(body.tool_choice).toEqual(forced);
    expect(bodyOf(twoTools, turn, false)).toEqual({
      tools: body.tools,
      ...(unforced && { tool_choice: unforced }),
    });
  });

  it.each<[string, Partial<TurnOptions>, object | undefined]>([
    ['an output', { output }, { type: 'tool', name: answer }],
    // Without tools there is nothing to be parallel, and the API refuses the setting.
    ['one call at most', { parallelToolCalls: false }, undefined],
    ['an output and one call at most', { parallelToolCalls: false, output }, { type: 'tool', name: answer }],
  ])('without tools, %s', (_what, turn, forced) => {
    expect(bodyOf(hello, turn).tool_choice).toEqual(forced);
    expect(bodyOf(hello, turn, false).tool_choice).toBeUndefined();
  });

  it.each<[readonly string[] | undefined, string[] | undefined]>([
    [undefined, undefined],
    [[], undefined],
    [['END'], ['END']],
    [
      ['b', 'a'],
      ['b', 'a'],
    ],
    // The API refuses those without anything but white space.
    [['\n\n', 'END', ' ', ''], ['END']],
    [['\n', '\t'], undefined],
    [
      ['\nUser:', ' x '],
      ['\nUser:', ' x '],
    ],
  ])('sends of the stop sequences %j these: %j', (stopSequences, sent) => {
    const body = bodyOf(hello, stopSequences && { stopSequences });
    expect(body).toEqual(sent === undefined ? {} : { stop_sequences: sent });
  });
});

describe('offeredTools', () => {
  const namesFor = (conversation: Conversation, toolChoice?: ToolChoice) =>
    offeredTools(conversation, { model: 'sonnet', ...(toolChoice && { toolChoice }) }).map(({ name }) => name);

  it('are all, or the one that is named', () => {
    expect(namesFor(twoTools)).toEqual(['f', 'g']);
    expect(namesFor(twoTools, required)).toEqual(['f', 'g']);
    expect(namesFor(twoTools, named)).toEqual(['g']);
    expect(namesFor(hello)).toEqual([]);
  });
});

describe('requiresCall', () => {
  it('says whether a call must come', () => {
    const choices = [undefined, auto, required, named];
    const answers = choices.map((choice) => requiresCall({ model: 'sonnet', ...(choice && { toolChoice: choice }) }));
    expect(answers).toEqual([false, false, true, true]);
  });
});

describe('callInstruction', () => {
  it.each<[string, Partial<TurnOptions>, string | undefined]>([
    ['nothing', {}, undefined],
    ['a free choice', { toolChoice: auto }, undefined],
    ['a call', { toolChoice: required }, 'Answer by calling at least one of your tools. Do not answer in text.'],
    ['a named call', { toolChoice: named }, `Answer by calling the tool ${g}. Do not answer in text.`],
    ['an output', { output }, `Give your final answer by calling the tool ${answer}, never as text.`],
    ['an output and a call', { output, toolChoice: required }, expect.stringContaining('at least one') as string],
    ['an output and a named call', { output, toolChoice: named }, expect.stringContaining(g) as string],
  ])('asks for %s', (_what, turn, sentence) => {
    expect(callInstruction({ model: 'sonnet', ...turn }, toCliName)).toEqual(sentence);
  });
});
