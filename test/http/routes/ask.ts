import request from 'supertest';
import { chat, type TestApp } from '../test-app.ts';

export const path = '/v1/chat/completions';

export const ask = ({ app }: TestApp, body: object = {}) =>
  request(app)
    .post(path)
    .send({ ...chat, ...body });
export const stream = (test: TestApp, body: object = {}) => ask(test, { stream: true, ...body });

export interface Chunk {
  id: string;
  choices: { index: number; delta: { content?: string }; finish_reason: string | null }[];
  usage?: unknown;
}

/** The payloads of a stream's `data:` lines. */
export const framesOf = (body: string) => body.split('\n\n').flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? []);

/** Those that are chunks of the answer. */
export const chunksOf = (body: string) =>
  framesOf(body)
    .filter((frame) => frame.startsWith('{"id":'))
    .map((frame) => JSON.parse(frame) as Chunk);
