import { expect, it } from 'vitest';
import { idOfCall, lostCall } from '../../src/agent/resumed-content.ts';

it('tells the result of a call that is lost, whatever it is', () => {
  const image = { type: 'image', source: { type: 'url', url: 'http://127.0.0.1/a.png' } };
  const told = (fields: object) => lostCall({ type: 'tool_result', tool_use_id: 'toolu_1', ...fields }).slice(1);
  expect(lostCall({ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' })).toEqual([
    { type: 'text', text: expect.stringContaining('a call that is lost') as string },
    { type: 'text', text: 'sunny' },
  ]);
  expect(told({ content: [{ type: 'text', text: 'see' }, image] })).toEqual([{ type: 'text', text: 'see' }, image]);
  // The API takes no empty text.
  expect(told({})).toEqual([{ type: 'text', text: '(no output)' }]);
  expect(told({ content: '' })).toEqual([{ type: 'text', text: '(no output)' }]);
  expect(idOfCall({ type: 'tool_result', tool_use_id: 'toolu_1' })).toBe('toolu_1');
});
