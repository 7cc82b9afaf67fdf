import { expect, it } from 'vitest';
import { failureOfStatus, refusalSamples } from '../../src/messages-api/failures.ts';

it('knows every sentence of its table by its sample', () => {
  const codes = refusalSamples.map((sample) => failureOfStatus(400, sample, {}).code);
  expect(codes).toEqual(['PROMPT_TOO_LONG', 'EXTRA_USAGE_REQUIRED']);
});

it('passes the API’s own sentence on where the request was refused', () => {
  expect(failureOfStatus(400, 'tools.0.name: bad', {}).message).toContain('tools.0.name: bad');
});
