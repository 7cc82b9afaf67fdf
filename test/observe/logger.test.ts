import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { LogFields, Logger } from '../../src/core/logger.ts';
import { createLogger, type LoggerOptions } from '../../src/observe/logger.ts';

/** What a logger writes when `write` uses it, line by line. */
async function linesOf(options: Omit<LoggerOptions, 'stream'>, write: (log: Logger) => void): Promise<string[]> {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  write(createLogger({ ...options, stream }));
  await new Promise((resolve) => setImmediate(resolve));
  return text.split('\n').slice(0, -1);
}
async function jsonOf(fields: LogFields): Promise<LogFields> {
  const [line = ''] = await linesOf({ level: 'debug', format: 'json' }, (log) => {
    log.info('said', fields);
  });
  return JSON.parse(line) as LogFields;
}
async function prettyOf(fields: LogFields): Promise<string> {
  const [line = ''] = await linesOf({ level: 'debug', format: 'pretty' }, (log) => {
    log.info('said', fields);
  });
  return line;
}

describe('createLogger', () => {
  it('writes nothing below its level', async () => {
    const lines = await linesOf({ level: 'warn', format: 'json' }, (log) => {
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    });
    expect(lines.map((line) => JSON.parse(line) as LogFields)).toMatchObject([
      { level: 'warn', message: 'c' },
      { level: 'error', message: 'd' },
    ]);
  });

  it('writes one JSON object a line, with the time', async () => {
    const line = await jsonOf({ pid: 7, path: '/a', warm: true, text: 'two\nlines' });
    expect(line).toMatchObject({ level: 'info', message: 'said', pid: 7, path: '/a', warm: true, text: 'two\nlines' });
    expect(new Date(String(line['timestamp'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('writes a line for people, with texts quoted where they need it', async () => {
    const line = await prettyOf({ pid: 7, path: '/v1/models', reason: 'two words', list: [1] });
    expect(line).toMatch(/^\d\d:\d\d:\d\d info {2}said pid=7 path=\/v1\/models reason="two words" list=\[ 1 \]$/);
  });

  it('keeps a text with line breaks on one line', async () => {
    expect(await prettyOf({ text: 'two\nlines\u001b[31m' })).toContain('text="two\\nlines\\u001b[31m"');
  });

  it('writes errors with their stack and all their causes', async () => {
    const root = new TypeError('the root');
    const error = new HarnessError('INTERNAL', 'the top', { cause: new Error('the middle', { cause: root }) });
    const text = String((await jsonOf({ error }))['error']);
    expect(text).toMatch(
      /HarnessError: the top\n +at .*\ncaused by Error: the middle\n.*\ncaused by TypeError: the root\n/s,
    );
  });

  it('leaves absent values out', async () => {
    expect(await jsonOf({ a: undefined, b: null, c: 0 })).not.toHaveProperty('a');
    expect(await jsonOf({ a: undefined, b: null, c: 0 })).toMatchObject({ b: null, c: 0 });
  });

  it('lets no field pass for the level or the message', async () => {
    expect(await jsonOf({ level: 'error', message: 'forged' })).toMatchObject({
      level: 'info',
      message: 'said',
      level_: 'error',
      message_: 'forged',
    });
  });

  it.each(['json', 'pretty'] as const)('survives values that cannot be written as they are (%s)', async (format) => {
    const circular: LogFields = {};
    circular['self'] = circular;
    const lines = await linesOf({ level: 'info', format }, (log) => {
      log.info('first', { circular });
      log.info('second', { big: 7n });
      log.info('third');
    });
    expect(lines).toHaveLength(3);
  });
});
