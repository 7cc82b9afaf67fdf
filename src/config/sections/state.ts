import { z } from 'zod';
import { path } from '../key-types.ts';

export const stateSection = z
  .strictObject({
    path: path()
      .exactOptional()
      .describe(
        'Path of the file, on a local disk. Default: `state.db` in the state directory of the unit, else `$XDG_STATE_HOME/claude-harness/state.db` (`~/.local/state/claude-harness/state.db` if that variable is not set).',
      ),
  })
  .describe('The SQLite file that holds everything the service keeps across restarts.');
