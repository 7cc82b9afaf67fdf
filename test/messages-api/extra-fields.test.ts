import { expect, it } from 'vitest';
import { withExtraFields } from '../../src/messages-api/extra-fields.ts';

const thinking = { type: 'adaptive', display: 'summarized' };

it.each<[object, Record<string, unknown> | undefined, object]>([
  [{ max_tokens: 1 }, undefined, { max_tokens: 1 }],
  [{ max_tokens: 1 }, { max_tokens: 9, container: 'c' }, { max_tokens: 1, container: 'c' }],
  [{ thinking }, { thinking: { display: 'omitted' } }, { thinking: { type: 'adaptive', display: 'omitted' } }],
  [{ thinking: { type: 'disabled' } }, { thinking: { display: 'omitted' } }, { thinking: { type: 'disabled' } }],
  [{}, { thinking: { display: 'omitted' } }, {}],
  [
    { output_config: { effort: 'low' } },
    { output_config: { effort: 'max', task_budget: 1 } },
    { output_config: { effort: 'low', task_budget: 1 } },
  ],
  [{}, { output_config: { task_budget: 1 } }, { output_config: { task_budget: 1 } }],
])('withExtraFields gives %j the fields %j, none of which replaces its own', (body, extra, expected) => {
  expect(withExtraFields(body, extra)).toEqual(expected);
});
