import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, expect, test } from 'vitest';
import type { Cleanup } from '../support/cleanup.ts';
import { endProcess } from '../support/end-process.ts';
import { freePort } from '../support/free-port.ts';
import { makeHome, processesOf } from '../support/service/home.ts';
import { startPublicService, token } from '../support/service/public-service.ts';
import { cheapModel } from '../support/service/sections.ts';
import { started, type Stoppable } from '../support/started.ts';

/** The real ssh, to a server of Debian's package that this test starts on loopback. */

const sshd = '/usr/sbin/sshd';

/** Where the server, as root, confines the part of it that talks to strangers; a unit makes it. */
const confinement = '/run/sshd';

let stoppable: Stoppable | undefined;

afterEach(async () => {
  await stoppable?.stop();
  stoppable = undefined;
});

async function startSshServer(cleanup: Cleanup, folder: string) {
  if (!existsSync(sshd)) throw new Error(`${sshd} is missing: apt-get install openssh-server`);
  if (userInfo().uid === 0 && !existsSync(confinement)) {
    mkdirSync(confinement, { mode: 0o755 });
    cleanup.defer(() => {
      rmdirSync(confinement);
    });
  }
  const port = await freePort();
  for (const name of ['host_key', 'key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(folder, name)]);
  }
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'key.pub')));
  writeFileSync(
    join(folder, 'known_hosts'),
    `[127.0.0.1]:${port} ${readFileSync(join(folder, 'host_key.pub'), 'utf8')}`,
  );
  writeFileSync(join(folder, 'nobody'), '');
  const settings = [
    `ListenAddress 127.0.0.1:${port}`,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    ...['PidFile none', 'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'LogLevel ERROR'],
    ...['KbdInteractiveAuthentication no', 'PermitRootLogin prohibit-password', 'AllowTcpForwarding remote'],
  ];
  writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  const server = spawn(sshd, ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  cleanup.defer(() => endProcess(server));
  await expect.poll(() => accepts(port)).toBe(true);
  return { destination: `ssh://${userInfo().username}@127.0.0.1:${port}` };
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
    socket.once('connect', () => socket.destroy());
  });
}

async function startThroughSsh({ knownHosts = 'known_hosts', remoteAddress = '0' } = {}) {
  const service = await started(async (cleanup) => {
    const folder = makeHome(cleanup, 'ssh-test-');
    const { destination } = await startSshServer(cleanup, folder);
    const home = makeHome(cleanup, 'tunnel-test-');
    const tunnel = {
      type: 'ssh',
      ssh_destination: destination,
      ssh_key: join(folder, 'key'),
      ssh_known_hosts: join(folder, knownHosts),
      remote_address: remoteAddress,
    } as const;
    return { home, ...(await startPublicService(cleanup, { home, tunnel, path: process.env['PATH'] ?? '' })) };
  });
  stoppable = service;
  return service;
}

const publicUrl = /the service is public at (\S+?)"/;

test('a client is answered through the ssh server, also after the connection was lost', async () => {
  const { home, found } = await startThroughSsh();
  await expect.poll(() => found(publicUrl)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const first = String(found(publicUrl));
  expect(first).not.toBe(found(/listening on (\S+?)"/));
  const streamed = await clientOf(first)
    .chat.completions.stream({ model: cheapModel, messages: [{ role: 'user', content: 'Hello' }] })
    .finalChatCompletion();
  expect(streamed.choices[0]?.finish_reason).toBe('stop');
  expect((await fetch(`${first}/v1/models`)).status).toBe(401);

  process.kill(sshOf(home), 'SIGKILL');
  await expect.poll(() => found(publicUrl)).not.toBe(first);
  expect((await clientOf(String(found(publicUrl))).models.list()).data.length).toBeGreaterThan(0);
});

test('the forwarding of a given port ends with the service', async () => {
  const port = await freePort();
  const { home, found, child } = await startThroughSsh({ remoteAddress: `127.0.0.1:${port}` });
  await expect.poll(() => found(publicUrl)).toBe(`http://127.0.0.1:${port}`);
  expect((await clientOf(String(found(publicUrl))).models.list()).data.length).toBeGreaterThan(0);
  await endProcess(child);
  expect(processesOf(home)).toEqual([]);
  await expect.poll(() => accepts(port)).toBe(false);
});

test('a server whose key is not known is refused, and the log says so', async () => {
  const { found } = await startThroughSsh({ knownHosts: 'nobody' });
  await expect.poll(() => found(/"said":"(.*?)"/)).toContain('Host key verification failed');
  expect(found(publicUrl)).toBeUndefined();
});

function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
}

/** The client of this service, by its command line. */
function sshOf(home: string): number {
  const pid = processesOf(home).find((each) => readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('BatchMode=yes'));
  if (pid === undefined) throw new Error('ssh is not running');
  return pid;
}
