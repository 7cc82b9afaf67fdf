import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './config-folder.ts';

describe('flags', () => {
  it('--host and --port set the address', () => {
    const { config, sources } = load({ flags: { host: '::1', port: 0 } });
    expect(config.server).toMatchObject({ host: '::1', port: 0 });
    expect(Object.fromEntries(sources)).toEqual({
      'server.host': { kind: 'flag', name: '--host' },
      'server.port': { kind: 'flag', name: '--port' },
    });
  });

  it('everything behind the first = is the value', () => {
    const { config } = load({ flags: { set: ['claude.path=/opt/a=b', 'claude.env={A: b=c}'] } });
    expect(config.claude).toMatchObject({ path: '/opt/a=b', env: { A: 'b=c' } });
  });

  it('absent flags set nothing', () => {
    expect(load({ flags: { host: undefined, port: undefined, set: undefined } }).sources.size).toBe(0);
  });
});

describe('mistakes in flags', () => {
  it.each([
    [{ port: '65536' }, '--port: server.port: expected a whole number from 0 to 65535, found 65536'],
    [{ host: '' }, '--host: server.host: expected a value, found nothing'],
    [{ set: ['server.prot=1'] }, '--set: server.prot: unknown key; the nearest known one is server.port'],
    [{ set: ['server={port: 1}'] }, /^--set: server: unknown key; the nearest known one is server/],
    [{ set: ['server.port'] }, '--set: expected section.key=value, found no key followed by ='],
    [{ set: ['=1'] }, '--set: expected section.key=value, found no key followed by ='],
    [{ set: ['limits.queue_size='] }, '--set: limits.queue_size: expected a value, found nothing'],
    [{ set: ['constructor=1'] }, /^--set: constructor: unknown key/],
  ])('%j is reported', (flags, expected) => {
    expect(problemsOf(() => load({ flags }))).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });
});
