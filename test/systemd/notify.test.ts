import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSystemd } from '../../src/systemd/notify.ts';
import { temporaryDir } from '../process/fixture.ts';

const pid = 4711;

/** A systemd-notify that records its input. */
function fakeNotify(): { env: NodeJS.ProcessEnv; received: () => string } {
  const folder = temporaryDir();
  const file = join(folder, 'received');
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$NOTIFY_SOCKET" "$@" "$SECRET" >> ${file}\n`);
  chmodSync(program, 0o755);
  const env = { NOTIFY_SOCKET: '/run/notify', PATH: `${folder}:/usr/bin:/bin`, SECRET: 'not for others' };
  return { env, received: () => readFileSync(file, 'utf8') };
}

describe('readSystemd', () => {
  it('finds nothing where systemd has nothing to do with the process', async () => {
    const systemd = readSystemd({ PATH: '/nowhere' }, pid);
    expect(systemd).toEqual({ listenFds: [], notify: expect.any(Function) as unknown });
    await systemd.notify({ READY: '1' });
  });

  it.each([
    ['1', [3]],
    ['3', [3, 4, 5]],
  ])('takes the sockets that are meant for this process, %s', (count, fds) => {
    expect(readSystemd({ LISTEN_FDS: count, LISTEN_PID: '4711' }, pid).listenFds).toEqual(fds);
  });

  it.each([{ LISTEN_FDS: '1', LISTEN_PID: '1' }, { LISTEN_FDS: '1' }, { LISTEN_FDS: '0', LISTEN_PID: '4711' }])(
    'leaves %j alone',
    (env) => {
      expect(readSystemd(env, pid).listenFds).toEqual([]);
    },
  );

  it.each([
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '4711' }, 30_000],
    [{ WATCHDOG_USEC: '5000000' }, 5000],
    [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, undefined],
    [{ WATCHDOG_USEC: '0' }, undefined],
    [{ WATCHDOG_USEC: 'soon' }, undefined],
    [{}, undefined],
  ])('reads the watchdog of %j', (env, watchdogMs) => {
    expect(readSystemd(env, pid).watchdogMs).toBe(watchdogMs);
  });

  it('notifies systemd, a line for each field, and passes nothing else on', async () => {
    const { env, received } = fakeNotify();
    await readSystemd(env, pid).notify({ READY: '1', STATUS: 'two\nlines' });
    expect(received()).toBe('/run/notify\nREADY=1\nSTATUS=two lines\n\n');
  });

  it('rejects when systemd cannot be notified', async () => {
    await expect(readSystemd({ NOTIFY_SOCKET: '/x', PATH: '/nowhere' }, pid).notify({ READY: '1' })).rejects.toThrow();
  });
});
