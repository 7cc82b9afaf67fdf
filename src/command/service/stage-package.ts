import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../core/parse-json.ts';
import { runInTerminal } from '../../process/run-in-terminal.ts';
import { readIfThere } from '../../util/read-if-there.ts';
import { forPeople } from '../for-people.ts';
import { fetchPackage } from './fetch-package.ts';
import { parsePackageSource } from './package-source.ts';

const ownPackage = z.object({ name: z.literal('claude-harness') });

export interface StageOptions {
  /** Empty; gets the package, under `lib/node_modules/claude-harness`, with the packages that it needs. */
  into: string;
  /** Of the package, where it is a file or an address. */
  sha256?: string | undefined;
}

/**
 * Unpacks a package of this project, whose content is verified first, into a folder from which its `manage.sh` can install
 * it. Runs none of its code. Throws an `Error` for people.
 */
export async function stagePackage(from: string, { into, sha256 }: StageOptions): Promise<void> {
  const source = parsePackageSource(from);
  if (source.kind === 'npm' && sha256 !== undefined) {
    throw forPeople('--sha256 is for a file or an address: npm verifies by itself what it downloads.');
  }
  mkdirSync(into, { recursive: true });
  await install(source.kind === 'npm' ? source.spec : await fetchPackage(source, into, sha256), into);
  const folder = join(into, 'lib/node_modules/claude-harness');
  const description = ownPackage.safeParse(parseJson(readIfThere(join(folder, 'package.json')) ?? ''));
  if (!description.success || !['manage.sh', 'dist/main.js'].every((name) => existsSync(join(folder, name)))) {
    throw forPeople(`${from} is not a package of claude-harness, as \`npm pack\` makes it.`);
  }
}

/** npm checks what it downloads against the checksums of its registry. */
async function install(spec: string, folder: string): Promise<void> {
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--no-update-notifier'];
  const args = ['install', '--global', '--prefix', folder, '--ignore-scripts', '--omit=dev', ...quiet, spec];
  const status = await runInTerminal('npm', args);
  if (status !== 0) throw forPeople(`npm could not install ${spec}, as it says above.`);
}
