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

it.each([
  [['server.tokens', 'reasoning'], [], 'info', 'the configuration was taken'],
  [['server.tokens', 'reasoning'], ['server.port'], 'warn', 'the configuration was taken, except what needs a restart'],
  [[], ['server.port'], 'warn', 'the configuration was read again, and what has changed needs a restart'],
  [[], [], 'info', 'the configuration was read again, and holds nothing new to take'],
])('says in one line that %j has effect, and that %j has to wait', (taken, pending, level, message) => {
  const fields = {
    ...(taken.length > 0 && { keys: taken.join(', ') }),
    ...(pending.length > 0 && { needs_restart: pending.join(', ') }),
  };
  expect(linesOf(() => ({ taken, pending }))).toEqual([{ level, message, fields }]);
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
