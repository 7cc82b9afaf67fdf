import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { testApp } from '../test-app.ts';

const idFor = async (given?: string): Promise<string | undefined> => {
  const sent = request(testApp().app).get('/health');
  return (await (given === undefined ? sent : sent.set('x-request-id', given))).headers['x-request-id'];
};

describe('requestId', () => {
  it.each(['abc', 'req_1-2.3:4', 'A'.repeat(128)])("keeps the caller's id %s", async (id) => {
    expect(await idFor(id)).toBe(id);
  });

  it.each([undefined, '', 'A'.repeat(129), 'two words', '<script>', 'a"b', 'ä'])(
    'makes one instead of %j',
    async (id) => {
      expect(await idFor(id)).toMatch(/^req_[0-9a-f-]{36}$/);
    },
  );

  it('makes every one anew', async () => {
    expect(await idFor()).not.toBe(await idFor());
  });

  it('is sent with errors too', async () => {
    const { headers } = await request(testApp().app).get('/none').set('x-request-id', 'abc');
    expect(headers['x-request-id']).toBe('abc');
  });
});
