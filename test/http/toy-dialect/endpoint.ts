import type { Endpoint } from '../../../src/core/endpoint.ts';
import { toDataFrame } from '../../../src/core/stream-format.ts';
import { toToyError, toyError } from './errors.ts';
import { fromToyRequest, toyBody } from './request.ts';
import { toyAnswer, toyResponse } from './response.ts';
import { toyEvent, toyStream } from './stream.ts';

/** The smallest dialect that there can be. */
export const toy: Endpoint = {
  dialect: 'toy',
  path: '/v1/toy',
  frames: { toFrame: toDataFrame, keepAlive: ': \n', end: 'data: bye\n\n' },
  parse: (body, { settings }) => fromToyRequest(body, settings),
  stream: toyStream,
  whole: toyResponse,
  error: toToyError,
  describe: () =>
    Promise.resolve({
      id: 'askToy',
      tag: 'Toy',
      summary: 'Asks the toy',
      request: { name: 'ToyRequest', schema: toyBody },
      examples: { question: { summary: 'A question', value: { ask: 'Hello' } } },
      answer: { name: 'ToyAnswer', schema: toyAnswer, description: 'What was said.' },
      events: [{ name: 'ToyEvent', schema: toyEvent }],
      errors: { schema: { name: 'ToyError', schema: toyError } },
    }),
};
