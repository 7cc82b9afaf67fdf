import { expect, it } from 'vitest';
import { reloadConfig } from '../../src/command/reload-config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigChange } from '../../src/config/live-config.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { memoryLog } from '../support/memory-log.ts';

function linesOf(reload: () => ConfigChange, read = defaultConfig) {
  const log = memoryLog();
  reloadConfig(reload, read, log);
  return log.lines;
}

it('says what has effect, and what has to wait', () => {
  expect(linesOf(() => ({ taken: ['server.tokens', 'reasoning'], pending: ['server.port'] }))).toEqual([
    { level: 'info', message: 'the configuration was taken', fields: { keys: 'server.tokens, reasoning' } },
    {
      level: 'warn',
      message: 'these keys have changed too, and take effect at the next restart',
      fields: { keys: 'server.port' },
    },
  ]);
});

it('says that there is nothing new', () => {
  expect(linesOf(() => ({ taken: [], pending: [] }))).toEqual([
    { level: 'info', message: 'the configuration was read again, and holds nothing new to take', fields: {} },
  ]);
});

it.each<[string, Error, object]>([
  [
    'a mistake',
    new ConfigError([{ where: 'harness.yaml:1', message: 'expected a number' }]),
    { reason: 'The configuration has a problem:\n  harness.yaml:1: expected a number' },
  ],
  ['anything else', new Error('EIO'), { error: new Error('EIO') }],
])('goes on as it was with %s in it', (_, error, fields) => {
  let isAsked = false;
  const read = () => {
    throw error;
  };
  const lines = linesOf(() => {
    isAsked = true;
    return { taken: [], pending: [] };
  }, read);
  expect(isAsked).toBe(false);
  expect(lines).toEqual([
    { level: 'error', message: 'the configuration was not taken; the service goes on with the one before', fields },
  ]);
});
