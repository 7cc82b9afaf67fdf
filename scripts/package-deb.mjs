// Makes a Debian package of the build: out/claude-harness_VERSION_ARCH.deb, the same to the byte for the same sources.
//
//   npm run package:deb [-- --arch amd64|arm64] [--version NUMBER] [--out FOLDER]
//
// SOURCE_DATE_EPOCH is the time of all that is in it (default: that of the commit), DEBFULLNAME and DEBEMAIL say who made it.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, lutimesSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { chmodSync, lstatSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { renderUnits } from '../deploy/manage/render-units.js';
import { announce, root } from './run.mjs';

const nodeArchitectures = { amd64: 'x64', arm64: 'arm64' };
const own = Object.entries(nodeArchitectures).find(([, name]) => name === process.arch)?.[0];
const { values: options } = parseArgs({
  options: { arch: { type: 'string', default: own }, version: { type: 'string' }, out: { type: 'string' } },
});
const nodeArchitecture = nodeArchitectures[options.arch];
if (nodeArchitecture === undefined) throw new Error('--arch is amd64 or arm64');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const version = options.version ?? manifest.version;
const seconds = Number(process.env.SOURCE_DATE_EPOCH ?? timeOfCommit());
const maintainer = `${process.env.DEBFULLNAME ?? 'claude-harness'} <${process.env.DEBEMAIL ?? 'claude-harness@localhost'}>`;

const staging = mkdtempSync(join(tmpdir(), 'claude-harness-deb-'));
process.on('exit', () => rmSync(staging, { recursive: true, force: true }));
const tree = join(staging, 'tree');
/** What units and the command expect of an installation. */
const prefix = '/usr/lib/claude-harness';
const program = `${prefix}/current`;

announce('copy the build and its packages');
copyProgram();
copyPackages();
announce('write units, documentation and control files');
writeUnits();
for (const [from, to, mode] of [
  ['command', '/usr/bin/claude-harness', 0o755],
  ['sysusers.conf', '/usr/lib/sysusers.d/claude-harness.conf', 0o644],
  ['lintian-overrides', '/usr/share/lintian/overrides/claude-harness', 0o644],
  ['postinst', '/DEBIAN/postinst', 0o755],
  ['prerm', '/DEBIAN/prerm', 0o755],
  ['postrm', '/DEBIAN/postrm', 0o755],
]) {
  put(to, readFileSync(join(root, 'deploy/debian', from)), mode);
}
put('/etc/claude-harness/harness.yaml', readFileSync(join(root, 'deploy/debian/harness.yaml')));
put('/DEBIAN/conffiles', '/etc/claude-harness/harness.yaml\n');
writeDocumentation();
writeCompletion();
writeControl();
announce(`compress the package for ${options.arch}`);
console.log(`${build()} (${(installedSize() / 1024).toFixed(1)} MB installed)`);

function timeOfCommit() {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : Math.floor(lstatSync(join(root, 'package.json')).mtimeMs / 1000);
}

function put(path, content, mode = 0o644) {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** The files of the npm package; what installs it otherwise is left out. */
function copyProgram() {
  if (!existsSync(join(root, 'dist/main.js'))) throw new Error('There is no build; run: npm run build');
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', staging];
  const [{ filename }] = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const folder = join(tree, program);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(staging, filename), '--strip-components=1', '-C', folder]);
  for (const name of ['manage.sh', 'deploy', 'CHANGELOG.md', 'LICENSE', 'README.md']) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
  // Where the program reads its version.
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, version }, undefined, 2)}\n`);
}

function copyPackages() {
  const args = ['ls', '--omit=dev', '--all', '--parseable'];
  const folders = execFileSync('npm', args, { cwd: root, encoding: 'utf8' }).split('\n').slice(1);
  for (const folder of folders.filter(Boolean)) {
    cpSync(folder, join(tree, program, relative(root, folder)), { recursive: true });
  }
  const sqlite = join(tree, program, 'node_modules/@photostructure/sqlite');
  for (const name of ['src', 'binding.gyp', 'scripts']) rmSync(join(sqlite, name), { recursive: true, force: true });
  for (const name of readdirSync(join(sqlite, 'prebuilds'))) {
    if (name !== `linux-${nodeArchitecture}`) rmSync(join(sqlite, 'prebuilds', name), { recursive: true });
  }
  // Built for Alpine's C library.
  for (const name of readdirSync(join(sqlite, `prebuilds/linux-${nodeArchitecture}`))) {
    if (name.includes('musl')) rmSync(join(sqlite, `prebuilds/linux-${nodeArchitecture}`, name));
  }
  // For building native code, which is built already.
  const packages = join(tree, program, 'node_modules');
  rmSync(join(packages, 'node-addon-api'), { recursive: true, force: true });
  for (const name of ['bin.js', 'build-test.js', 'optional.js']) {
    rmSync(join(packages, 'node-gyp-build', name), { force: true });
  }
}

/** The units of manage.sh, without what only that reads. */
function writeUnits() {
  const units = renderUnits(join(root, 'deploy/systemd'), {
    SCOPE: 'system',
    INSTANCE: '',
    PREFIX: prefix,
    USER_NAME: 'claude-harness',
    HOME_FOLDER: '/var/lib/claude-login',
    LOGIN_FOLDER: '/var/lib/claude-login/.claude',
    STATE_FOLDER: '/var/lib/claude-harness',
    AGENTS_STATE_FOLDER: '/var/lib/claude-harness-agents',
    NODE: '/usr/bin/node',
    CLAUDE: '/usr/local/bin/claude',
    LISTEN: '127.0.0.1:8013',
    LOGIN: '',
    CONFIG_FOLDER: '/etc/claude-harness',
    SOURCE: '',
    ROUTER: '',
    AGENTS_SOCKET: '/run/claude-harness-agents.sock',
    AGENT_MOUNTS: '',
  });
  for (const [name, text] of units) {
    const unit = text
      .replace(
        /^# Written by manage\.sh.*\n(# .*\n)*/,
        '# Make changes with `systemctl edit`, which upgrades preserve.\n',
      )
      .replace(/\n\[X-Installation\][^]*$/, '')
      .replace(/LOGIN_HINT=sudo [^"]*/, 'LOGIN_HINT=sudo claude-harness login');
    put(`/lib/systemd/system/${name}`, unit);
  }
}

function writeDocumentation() {
  const folder = '/usr/share/doc/claude-harness';
  const date = new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
  const changes = `claude-harness (${version}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- ${maintainer}  ${date}\n`;
  put(`${folder}/changelog.gz`, gzip(changes));
  put(`${folder}/CHANGELOG.md.gz`, gzip(readFileSync(join(root, 'CHANGELOG.md'))));
  put(`${folder}/copyright`, copyright());
  put(`${folder}/licences.txt.gz`, gzip(readFileSync(join(root, 'dist/licences.txt'))));
  const page = join(root, 'dist/claude-harness.1');
  if (existsSync(page)) put('/usr/share/man/man1/claude-harness.1.gz', gzip(readFileSync(page)));
}

/** In Debian's form, which begins each empty line with a dot. */
function copyright() {
  const [, , holder, , ...terms] = readFileSync(join(root, 'LICENSE'), 'utf8').trim().split('\n');
  const text = terms.map((line) => ` ${line || '.'}`).join('\n');
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: claude-harness
Comment: The packages that are part of the program are listed in licences.txt.gz.

Files: *
Copyright: ${holder.replace(/^Copyright( \(c\))? /, '')}
License: Expat
${text}
`;
}

function gzip(content) {
  return gzipSync(content, { level: 9 });
}

/** As the program itself prints it. */
function writeCompletion() {
  for (const [shell, to] of [
    ['bash', '/usr/share/bash-completion/completions/claude-harness'],
    ['zsh', '/usr/share/zsh/vendor-completions/_claude-harness'],
    ['fish', '/usr/share/fish/vendor_completions.d/claude-harness.fish'],
  ]) {
    const { status, stdout } = spawnSync(process.execPath, [join(root, 'dist/main.js'), 'completion', shell]);
    if (status === 0) put(to, stdout);
  }
}

function writeControl() {
  put(
    '/DEBIAN/control',
    `Package: claude-harness
Version: ${version}
Architecture: ${options.arch}
Maintainer: ${maintainer}
Installed-Size: ${installedSize()}
Depends: nodejs (>= 20.19), systemd, libc6, libgcc-s1, libstdc++6
Section: net
Priority: optional
Description: OpenAI-compatible API over the claude command line tool
 A service that lets every OpenAI and Anthropic client in the house use one
 Claude subscription, through the claude command line tool. Each request
 becomes one exact, streamed turn of a claude process.
 .
 The claude command line tool itself is not part of the package.
`,
  );
  const sums = filesOf(tree)
    .filter((file) => !file.startsWith('DEBIAN/'))
    .map((file) => execFileSync('md5sum', [file], { cwd: tree, encoding: 'utf8' }));
  put('/DEBIAN/md5sums', sums.join(''));
}

/** Sorted, relative. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => lstatSync(join(folder, name)).isFile())
    .sort();
}

/** In KiB, as Debian counts: each file in whole ones. */
function installedSize() {
  return filesOf(tree).reduce((sum, file) => sum + Math.ceil(lstatSync(join(tree, file)).size / 1024), 0);
}

function build() {
  for (const name of [...readdirSync(tree, { recursive: true }), '.']) {
    const path = join(tree, name);
    const isFolder = lstatSync(path).isDirectory();
    // Only scripts that start something are programs.
    if (isFolder) chmodSync(path, 0o755);
    else if (path.includes(`${program}/`)) chmodSync(path, path.endsWith('dist/main.js') ? 0o755 : 0o644);
    lutimesSync(path, seconds, seconds);
  }
  const out = options.out ?? join(root, 'out');
  mkdirSync(out, { recursive: true });
  const file = join(out, `claude-harness_${version}_${options.arch}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--threads-max=1', '--build', tree, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(seconds) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}
