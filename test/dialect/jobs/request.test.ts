import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { without } from '../../../src/core/without.ts';
import type { Job } from '../../../src/core/jobs.ts';
import { toWireJob } from '../../../src/dialect/jobs/job.ts';
import { wireJob } from '../../../src/dialect/jobs/job-schema.ts';
import { fromJobBody, fromJobQuery } from '../../../src/dialect/jobs/request.ts';

const hello = [{ role: 'user', content: 'Hello' }];

function requestOf(body: object): [path: string, body: unknown] {
  const { work } = fromJobBody(body);
  if (work.kind !== 'request') throw new Error('it is no request');
  return [work.path, JSON.parse(work.body)];
}

describe('a body that begins a job', () => {
  it.each<[body: object, path: string, asked: object]>([
    [{ prompt: 'Hello' }, '/v1/messages', { max_tokens: 8192, messages: hello }],
    [
      { prompt: 'Hello', model: 'haiku', system: 'Be brief.', max_tokens: 9 },
      '/v1/messages',
      { model: 'haiku', system: 'Be brief.', max_tokens: 9, messages: hello },
    ],
    [{ messages: hello }, '/v1/messages', { max_tokens: 8192, messages: hello }],
    [{ prompt: 'Hello', endpoint: '/v1/chat/completions' }, '/v1/chat/completions', { messages: hello }],
    [{ prompt: 'Hello', endpoint: '/v1/responses' }, '/v1/responses', { input: 'Hello' }],
    [{ prompt: 'Hello', endpoint: '/v1/completions' }, '/v1/completions', { prompt: 'Hello' }],
    [
      { endpoint: '/v1/responses', body: { input: 'Hello', metadata: { a: 'b' } } },
      '/v1/responses',
      { input: 'Hello', metadata: { a: 'b' } },
    ],
  ])('%j is a request', (body, path, asked) => {
    expect(requestOf({ ...body, metadata: { night: '12' }, webhook: null })).toEqual([path, asked]);
  });

  it('has a model, metadata and a webhook', () => {
    const draft = fromJobBody({ body: { model: 'haiku' }, metadata: { a: 'b' }, webhook: 'https://example.org/a' });
    expect(draft).toMatchObject({ model: 'haiku', metadata: { a: 'b' }, webhook: 'https://example.org/a' });
  });

  it('may be for an agent', () => {
    const work = { kind: 'agent', agent: 'tidy', prompt: 'Sort.' };
    expect(fromJobBody({ agent: 'tidy', prompt: 'Sort.' })).toEqual({ work, metadata: {} });
  });

  it.each<[body: unknown, param: string | undefined]>([
    [7, undefined],
    [{ prompt: '' }, 'prompt'],
    [{ prompt: 'a', messages: hello }, 'prompt'],
    [{ prompt: 'a', body: {} }, 'prompt'],
    [{ body: {}, max_tokens: 1 }, 'max_tokens'],
    [{ body: [] }, 'body'],
    [{ agent: 'tidy' }, 'prompt'],
    [{ agent: 'tidy', prompt: 'a', model: 'opus' }, 'model'],
    [{ agent: 'tidy', prompt: 'a', 'a\n': 1 }, '?'],
    [{ prompt: 'a', metadata: { a: 1 } }, 'metadata.a'],
    [{ prompt: 'a', webhook: 'file:///etc/passwd' }, 'webhook'],
  ])('%j is refused by the field', (body, param) => {
    const refuse = (): never => {
      fromJobBody(body);
      throw new Error('it was taken');
    };
    expect(refuse).toThrow(HarnessError);
    expect(refuse).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', facts: param === undefined ? {} : { param } }),
    );
  });

  it('is listed by queries with bounds', () => {
    expect(fromJobQuery({})).toEqual({ limit: 20 });
    expect(fromJobQuery({ limit: '5', after: 'job_1' })).toEqual({ limit: 5, after: 'job_1' });
    expect(() => fromJobQuery({ limit: '101' })).toThrow(HarnessError);
  });
});

describe('a job as clients see it', () => {
  const job: Job = {
    ...{ id: 'job_1', status: 'completed', path: '/v1/messages', metadata: {} },
    ...{ createdAt: 0, startedAt: 1000, endedAt: 2000, goneAt: 3000 },
  };
  const textOf = (body: object) => {
    const wire = toWireJob({ ...job, response: { status: 200, requestId: 'req_1', body } }, (id) => `http://a/${id}`);
    expect(wireJob.parse(wire)).toEqual(wire);
    return wire.text;
  };

  it('has the text of an answer of any API', () => {
    const texts = [
      { type: 'text', text: 'Hi, ' },
      { type: 'text', text: 'you.' },
    ];
    expect(textOf({ content: [{ type: 'thinking', thinking: 'Hm.' }, ...texts] })).toBe('Hi, you.');
    expect(textOf({ choices: [{ message: { content: 'Hi, you.' } }] })).toBe('Hi, you.');
    expect(textOf({ choices: [{ text: 'Hi, you.' }] })).toBe('Hi, you.');
    expect(textOf({ output: [{ type: 'reasoning' }, { type: 'message', content: texts }] })).toBe('Hi, you.');
    expect(textOf({ choices: [{ message: { content: null } }] })).toBeNull();
  });

  it('has what an agent said, or why it failed', () => {
    const agent = { ...without(job, 'path'), agent: 'tidy', sessionId: 'sesn_1' };
    const error = { code: 'turn_failed', message: 'It failed.' };
    const wire = toWireJob({ ...agent, status: 'failed', text: 'Well,', error }, (id) => `http://a/${id}`);
    expect(wireJob.parse(wire)).toMatchObject({
      endpoint: null,
      agent: 'tidy',
      session_id: 'sesn_1',
      text: 'Well,',
      error,
    });
  });
});
