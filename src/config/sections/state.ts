import { z } from 'zod';
import { parseDatabaseUrl } from '../../util/database-url.ts';
import { checkedText, path } from '../key-types.ts';

export const stateSection = z
  .strictObject({
    path: path()
      .exactOptional()
      .describe(
        'Path of the file, on a local disk. Default: `state.db` in the state directory of the unit, else `$XDG_STATE_HOME/claude-harness/state.db` (`~/.local/state/claude-harness/state.db` if that variable is not set).',
      ),
    url: checkedText(
      'address of a PostgreSQL database',
      (value) => parseDatabaseUrl(value) !== undefined,
      'an address such as postgres://user@host/database',
      {
        secret: true,
      },
    )
      .exactOptional()
      .describe(
        'A PostgreSQL database, for what several machines share: stored responses and conversations, usage and budgets, sessions of agents to read, and with `files.shared` files, batches and jobs. The password may stand in `PGPASSWORD` or in a password file instead. See [database.md](database.md). Default: all is in the file.',
      ),
  })
  .describe(
    'The SQLite file that holds everything the service keeps across restarts, and a database for several machines.',
  );
