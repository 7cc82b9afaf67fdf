import express, { type Response } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { RequestRecord } from '../../src/exchange/record.ts';
import { setAnswerHeaders } from '../../src/http/answer-headers.ts';

const header = 'x-claude-harness-warning';

/** Sets the headers of an answer with these warnings. */
function warn(res: Response, ...messages: string[]): void {
  const record = new RequestRecord('req_1', () => 0, { arrivedAt: 0 });
  record.warnings.push(...messages);
  setAnswerHeaders(res, record);
}

async function headerAfter(act: (res: Response) => void): Promise<string | undefined> {
  const app = express().get('/', (_req, res) => {
    act(res);
    res.end();
  });
  const { status, headers } = await request(app).get('/');
  expect(status).toBe(200);
  return headers[header];
}

describe('setAnswerHeaders', () => {
  it('tells the client in a header', async () => {
    expect(
      await headerAfter((res) => {
        warn(res, 'The model was asked twice.');
      }),
    ).toBe('The model was asked twice.');
  });

  it('tells everything, one thing after the other', async () => {
    const value = await headerAfter((res) => {
      warn(res, 'One.', 'Two.');
    });
    expect(value).toBe('One., Two.');
  });

  it.each([
    ['the model’s answer', "the model's answer"],
    ['Größe', 'Gr??e'],
    ['one\r\nset-cookie: two\u0000\t', 'one??set-cookie: two??'],
  ])('says %j in what a header may hold', async (message, value) => {
    expect(
      await headerAfter((res) => {
        warn(res, message);
      }),
    ).toBe(value);
  });

  it('is brief, since some clients take only a few kilobytes of headers', async () => {
    expect(
      await headerAfter((res) => {
        warn(res, 'x'.repeat(10_000));
      }),
    ).toHaveLength(500);
  });

  it('says nothing when the headers are gone, which Node would not forgive', async () => {
    const value = await headerAfter((res) => {
      res.write('begun');
      warn(res, 'Too late.');
    });
    expect(value).toBeUndefined();
  });
});
