import ms from 'ms';
import { z } from 'zod';
import { boolean, duration, path, size } from '../key-types.ts';

const gigabyte = 1024 ** 3;
const total = () => size(1024 ** 2, 100_000 * gigabyte);

export const filesSection = z
  .strictObject({
    path: path()
      .exactOptional()
      .describe(
        'Folder of their contents, on a local disk unless they are `files.shared`. Default: `files` beside the state file.',
      ),
    shared: boolean()
      .prefault(false)
      .describe(
        'Whether `files.path` is a folder that all machines with the same `state.url` have, so that files are shared as well, and batches and jobs, which may name them: see docs/database.md.',
      ),
    max_size: size(1024, 100 * gigabyte)
      .prefault('500mb')
      .describe('Maximum size of a file.'),
    max_total: total().prefault('10gb').describe('Size of all files together; equal content counts once.'),
    max_per_client: total()
      .exactOptional()
      .describe(
        'Size of the files that a token may have; without tokens, all clients together. Default: `files.max_total`.',
      ),
    ttl: duration({ zero: true, maxMs: ms('3650d') })
      .prefault('30d')
      .describe('How long a file is kept whose upload does not say. `0`: until it is deleted.'),
  })
  .describe('Files that clients upload (`POST /v1/files`): see docs/files.md.');
