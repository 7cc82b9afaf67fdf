import express from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { arrivalOf, claimedNameOf } from '../../src/http/arrival.ts';

const app = express()
  .use(express.json())
  .use((req, res) => {
    res.json({ arrival: arrivalOf(req, 7), name: claimedNameOf(req, req.body) });
  });

async function seen(headers: Record<string, string>, body: object = {}) {
  const reply = await request(app).post('/').set(headers).send(body);
  return reply.body as { arrival: object; name?: string };
}

describe('what is noted of a request when it arrives', () => {
  it('is its time, its program, its address and its session', async () => {
    const { arrival } = await seen({ 'user-agent': 'curl/8', 'x-session-id': 's1' });
    expect(arrival).toEqual({ arrivedAt: 7, userAgent: 'curl/8', address: '127.0.0.1', session: 's1' });
  });

  it('is the trace that it belongs to, as its headers have it', async () => {
    const trace = { traceparent: '00-a-b-01', tracestate: 'vendor=value' };
    expect((await seen(trace)).arrival).toMatchObject({ trace });
    expect((await seen({ tracestate: 'vendor=value' })).arrival).not.toHaveProperty('trace');
  });

  it('is no part of a trace that is too long', async () => {
    const long = 'x'.repeat(513);
    expect((await seen({ traceparent: long })).arrival).not.toHaveProperty('trace');
    const { arrival } = await seen({ traceparent: 'a', tracestate: long });
    expect(arrival).toMatchObject({ trace: { traceparent: 'a' } });
    expect(arrival).not.toHaveProperty('trace.tracestate');
  });

  it('is bounded', async () => {
    const { arrival } = await seen({ 'user-agent': 'x'.repeat(5000) });
    expect(arrival).toMatchObject({ userAgent: 'x'.repeat(256) });
  });
});

describe('the name that a client gives itself', () => {
  it.each([
    ['x-user-id first', { 'x-user-id': 'ada', 'x-source': 'cron' }, { user: 'body' }, 'ada'],
    ['then x-source', { 'x-source': 'cron' }, { user: 'body' }, 'cron'],
    ['then the field user', {}, { user: 'body' }, 'body'],
    ['no field that is not text', {}, { user: { a: 1 } }, undefined],
    ['none where nothing is left of it', { 'x-user-id': ' \t ' }, {}, undefined],
    ['cleaned of what acts on terminals and lines', {}, { user: ' a\u001b[31m\nb\u202Ec\u2028d ' }, 'a [31m b c d'],
    ['cut by characters, not within them', {}, { user: '😀'.repeat(100) }, '😀'.repeat(64)],
  ])('is %s', async (_, headers, body, expected) => {
    expect((await seen(headers, body)).name).toBe(expected);
  });
});
