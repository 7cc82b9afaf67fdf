import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { readIfThere } from '../util/read-if-there.ts';

/** As `manage.sh login --token` stores it. */
const credential = z.object({ token: z.string().min(1), stored_at: z.iso.datetime({ offset: true }) });

const name = 'claude-token';

/** A token of `claude setup-token` that the owner has handed to the service. */
export interface TokenCredential {
  token: string;
  /** In ms since the epoch. */
  storedAt: number;
}

/**
 * Reads the credential `claude-token` that systemd hands over (`LoadCredential=`); `undefined` when there is none.
 * Throws when it is not what `manage.sh login --token` stores.
 */
export function readTokenCredential(env: NodeJS.ProcessEnv): TokenCredential | undefined {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) return undefined;
  const text = readIfThere(join(folder, name));
  if (text === undefined) return undefined;
  const parsed = credential.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`The credential ${name} can't be read; store it again with manage.sh login --token.`, {
      cause: 'not the JSON object that manage.sh stores',
    });
  }
  return { token: parsed.data.token, storedAt: Date.parse(parsed.data.stored_at) };
}
