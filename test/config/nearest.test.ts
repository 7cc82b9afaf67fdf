import { expect, it } from 'vitest';
import { nearestKey, nearestPath } from '../../src/config/nearest.ts';

it.each([
  ['server.prot', 'server.port'],
  ['limits.queue_timeot', 'limits.queue_timeout'],
  ['port', 'server.port'],
  ['limits.max_age', 'pool.max_age'],
  ['sever', 'server'],
  ['limit', 'limits'],
  ['server.token', 'server.tokens'],
  ['limits_queue_size', 'limits.queue_size'],
  ['unsuported_params', 'unsupported_params'],
  ['server.unsupported_params', 'unsupported_params'],
])('the nearest to %s is %s', (path, expected) => {
  expect(nearestPath(path)).toBe(expected);
});

it('a key is found where a section would be nearer', () => {
  expect(nearestPath('claud')).toBe('claude');
  expect(nearestKey('claud').section).toBe('claude');
});

it('a very long name is compared in bounded time', () => {
  const started = performance.now();
  nearestPath('x'.repeat(1_000_000));
  expect(performance.now() - started).toBeLessThan(1000);
});
