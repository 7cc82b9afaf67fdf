import { describe, expect, test } from 'vitest';
import { createChoice, type Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';

const request: RecordedRequest = {
  method: 'POST',
  path: '/v1/messages',
  headers: {},
  body: {},
  receivedAt: 0,
  closedEarly: Promise.resolve(false),
};
const first: Behaviour = { kind: 'answer', text: 'first' };
const second: Behaviour = { kind: 'error', status: 529 };

describe('createChoice', () => {
  test('a single behaviour serves every request', () => {
    const choose = createChoice({ kind: 'hang' });
    expect([choose(request), choose(request)]).toEqual([{ kind: 'hang' }, { kind: 'hang' }]);
  });

  test('a list is used up in order and its last one stays', () => {
    const choose = createChoice([first, second]);
    expect([choose(request), choose(request), choose(request)]).toEqual([first, second, second]);
  });

  test('a function sees the request and its position', () => {
    const choose = createChoice(({ path }, index) => ({ kind: 'answer', text: `${path} ${index}` }));
    expect(choose(request)).toMatchObject({ text: '/v1/messages 0' });
    expect(choose(request)).toMatchObject({ text: '/v1/messages 1' });
  });

  test('an empty list is refused', () => {
    expect(() => createChoice([])).toThrow(RangeError);
  });
});
