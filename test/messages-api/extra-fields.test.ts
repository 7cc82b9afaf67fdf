import { expect, it } from 'vitest';
import { withExtraFields } from '../../src/messages-api/extra-fields.ts';

const thinking = { type: 'adaptive', display: 'summarized' };
const clearThinking = { type: 'clear_thinking_20251015', keep: 'all' };
const clearTools = { type: 'clear_tool_uses_20250919' };

it.each<[object, Record<string, unknown> | undefined, object]>([
  [{ max_tokens: 1 }, undefined, { max_tokens: 1 }],
  [{ max_tokens: 1 }, { max_tokens: 9, container: 'c' }, { max_tokens: 1, container: 'c' }],
  [{ thinking }, { thinking: { display: 'omitted' } }, { thinking: { type: 'adaptive', display: 'omitted' } }],
  [{}, { thinking: { display: 'omitted' } }, {}],
  [
    { output_config: { effort: 'low' } },
    { output_config: { effort: 'max', task_budget: 1 } },
    { output_config: { effort: 'low', task_budget: 1 } },
  ],
  [{}, { output_config: { task_budget: 1 } }, { output_config: { task_budget: 1 } }],
  [{}, { context_management: { edits: [clearThinking] } }, { context_management: { edits: [clearThinking] } }],
])('withExtraFields gives %j the fields %j, none of which replaces its own', (body, extra, expected) => {
  expect(withExtraFields(body, extra, true)).toEqual(expected);
});

it.each<[Record<string, unknown>, object]>([
  [{ thinking: { display: 'omitted' } }, {}],
  [{ context_management: { edits: [clearThinking] } }, {}],
  [
    { context_management: { edits: [clearThinking, clearTools], more: 1 } },
    { context_management: { edits: [clearTools], more: 1 } },
  ],
  [{ context_management: { edits: [] } }, { context_management: { edits: [] } }],
  [{ context_management: 'all' }, { context_management: 'all' }],
])('withExtraFields leaves out of %j what is about thinking where the model does not think', (extra, expected) => {
  const body = { thinking: { type: 'disabled' } };
  expect(withExtraFields(body, extra, false)).toEqual({ ...body, ...expected });
});
