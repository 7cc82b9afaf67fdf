import fc from 'fast-check';
import type { ToolChoice } from '../../../src/core/turn-options.ts';

interface Definition {
  name: string;
  description?: string;
  parameters: { type: string; properties: Record<string, unknown> };
}

/** Fields of a request that offer tools, and what must come out of them. */
export interface OfferedTools {
  fields: Record<string, unknown>;
  offered: readonly Definition[];
  toolChoice: ToolChoice;
}

const anyDefinition: fc.Arbitrary<Definition> = fc.record(
  {
    name: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    description: fc.string(),
    parameters: fc.record({ type: fc.constant('object'), properties: fc.dictionary(fc.string(), fc.jsonValue()) }),
  },
  { requiredKeys: ['name', 'parameters'] },
);

const auto: ToolChoice = { type: 'auto' };
const none: ToolChoice = { type: 'none' };
const required: ToolChoice = { type: 'required' };

const inTool = (definition: object) => ({ type: 'function', function: definition });
const allow = (mode: string, some: readonly Definition[]) => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: some.map(({ name }) => inTool({ name })) },
});

/** Every form of a choice. `one` and `some` are among `all`. */
function choicesOf(all: readonly Definition[], one: Definition, some: readonly Definition[]): OfferedTools[] {
  const { name } = one;
  const tools = all.map(inTool);
  const functions = all;
  return [
    { fields: { tools }, offered: all, toolChoice: auto },
    { fields: { tools, tool_choice: null }, offered: all, toolChoice: auto },
    { fields: { tools, tool_choice: 'auto' }, offered: all, toolChoice: auto },
    { fields: { tools, tool_choice: 'none' }, offered: all, toolChoice: none },
    { fields: { tools, tool_choice: 'required' }, offered: all, toolChoice: required },
    { fields: { tools, tool_choice: inTool({ name }) }, offered: all, toolChoice: { type: 'tool', name } },
    { fields: { tools, tool_choice: allow('auto', some) }, offered: some, toolChoice: auto },
    { fields: { tools, tool_choice: allow('required', some) }, offered: some, toolChoice: required },
    { fields: { functions }, offered: all, toolChoice: auto },
    { fields: { functions, function_call: 'auto' }, offered: all, toolChoice: auto },
    { fields: { functions, function_call: 'none' }, offered: all, toolChoice: none },
    { fields: { functions, function_call: { name } }, offered: all, toolChoice: { type: 'tool', name } },
  ];
}

export const anyTools: fc.Arbitrary<OfferedTools> = fc
  .uniqueArray(anyDefinition, { minLength: 1, maxLength: 5, selector: ({ name }) => name })
  .chain((all) => fc.tuple(fc.constant(all), fc.constantFrom(...all), fc.shuffledSubarray(all, { minLength: 1 })))
  .chain(([all, one, some]) => fc.constantFrom(...choicesOf(all, one, some)));
