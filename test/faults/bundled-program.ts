import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../support/root.ts';

export interface BundledProgram {
  /** What Node is started with. */
  path: string;
  /** Removes it. */
  remove: () => void;
}

/** A program of this folder in one file, which starts ten times as fast as it does from its sources. */
export async function bundleProgram(name: string): Promise<BundledProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'harness-bundled-'));
  // The package with native code stays outside.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(root, 'test/faults', `${name}.ts`)],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  return {
    path,
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
