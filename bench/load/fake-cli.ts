import { join } from 'node:path';
import { root } from '../../test/support/root.ts';

/** A program of a few megabytes in the place of the CLI: 64 real ones would be all of the load. */
export const fakeCli = join(root, 'bench/load/fake-cli.pl');
