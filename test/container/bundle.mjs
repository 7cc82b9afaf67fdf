// Writes what crun needs to run the image as Docker would: bundle.mjs IMAGE.json ROOTFS BUNDLE FOLDER [OPTION=VALUE]... [-- COMMAND]
// IMAGE.json is what `buildah inspect` says of the image, whose own settings hold. FOLDER has the folders `login`, `state`,
// `access`, `workspace` and `secrets`, and the configuration `harness.yaml`. Options: `user=0`, and `env=NAME=VALUE`.
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const [image, rootfs, bundle, folder, ...rest] = process.argv.slice(2);
const end = rest.includes('--') ? rest.indexOf('--') : rest.length;
const command = rest.slice(end + 1);
const options = rest.slice(0, end);
const valuesOf = (name) =>
  options.filter((option) => option.startsWith(`${name}=`)).map((option) => option.slice(name.length + 1));

const { config } = JSON.parse(readFileSync(image, 'utf8')).OCIv1;
const id = valuesOf('user')[0] === '0' ? 0 : 1000;
// As compose.yaml has it; for a start as root what Unraid's template adds.
const capabilities = id === 0 ? ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_SETUID', 'CAP_SETGID'] : [];

const bind = (name, destination = `/${name}`, more = ['rw']) => ({
  destination,
  type: 'bind',
  source: join(folder, name),
  options: ['rbind', ...more],
});

const spec = {
  ociVersion: '1.0.2',
  process: {
    user: { uid: id, gid: id },
    args: [...config.Entrypoint, ...(command.length > 0 ? command : config.Cmd)],
    env: [...config.Env, ...valuesOf('env')],
    cwd: config.WorkingDir,
    capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    noNewPrivileges: true,
  },
  root: { path: rootfs, readonly: true },
  hostname: 'container',
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['newinstance', 'ptmxmode=0666'] },
    { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'nodev', 'mode=1777'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777', 'size=1g'] },
    bind('login'),
    bind('state'),
    bind('access'),
    bind('workspace'),
    bind('secrets', '/run/secrets', ['ro']),
    bind('harness.yaml', '/etc/claude-harness/harness.yaml', ['ro']),
  ],
  linux: {
    // The network is that of the test, which has a loopback only.
    namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })),
    maskedPaths: ['/proc/kcore', '/proc/keys'],
    readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
  },
};

mkdirSync(bundle, { recursive: true });
writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
