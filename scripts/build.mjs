// Builds dist: the program with its packages in a few files, which start several times as fast as a thousand, and what
// browsers get as it stands. Only the package with native code stays outside.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { announce, root, run } from './run.mjs';

const { dependencies, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const sources = join(root, 'src/http/pages');
const dist = join(root, 'dist');
const pages = join(dist, 'pages');

// Its content alone: something may be mounted there.
mkdirSync(dist, { recursive: true });
for (const name of readdirSync(dist)) rmSync(join(dist, name), { recursive: true });

const packaged = JSON.parse(readFileSync(join(sources, 'packaged-files.json'), 'utf8')).map(
  (file) => `node_modules/${file}`,
);
for (const file of packaged) cpSync(join(root, file), join(pages, 'packaged', basename(file)));
cpSync(join(sources, 'dashboard'), join(pages, 'dashboard'), {
  recursive: true,
  filter: (path) => basename(path) !== 'tsconfig.json',
});

announce('bundle the program and the client');
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', client: 'src/client/index.ts' },
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  // What is imported at its first use stays in files of its own.
  splitting: true,
  format: 'esm',
  platform: 'node',
  // The older format of some packages loads its parts in a way that cannot be followed.
  mainFields: ['module', 'main'],
  target: `node${/[\d.]+/.exec(engines.node)[0]}`,
  // The second is an alternative of `pg` with native code, which it loads where somebody asks for it.
  external: [...Object.keys(dependencies), 'pg-native'],
  // Packages in the older format ask for Node's own modules by `require`.
  banner: {
    js: `import { createRequire as toRequire } from 'node:module';\nconst require = toRequire(import.meta.url);`,
  },
  legalComments: 'none',
  // Names stay, for the stacks of errors in a log.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(join(dist, 'licences.txt'), licencesOf([...Object.keys(metafile.inputs), ...packaged]));
announce('write the types of the client');
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.client.json']);
writeFileSync(join(dist, 'claude-harness.1'), execFileSync(process.execPath, [join(dist, 'main.js'), 'man']));
