import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { readIfThere } from '../util/read-if-there.ts';

/** As `manage.sh login --token` stores it. */
const credential = z.object({ token: z.string().min(1), stored_at: z.iso.datetime({ offset: true }) });

const name = 'claude-token';

/** What `claude setup-token` prints. */
const bareToken = /^sk-ant-oat\d+-[\w-]{16,}$/;

/** A token of `claude setup-token` that the owner has handed to the service. */
export interface TokenCredential {
  token: string;
  /** In ms since the epoch. */
  storedAt: number;
}

/**
 * Reads the credential `claude-token` that systemd hands over (`LoadCredential=`), or a container as a secret;
 * `undefined` when there is none. Throws when it is neither what `manage.sh login --token` stores nor a token alone.
 */
export function readTokenCredential(env: NodeJS.ProcessEnv): TokenCredential | undefined {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) return undefined;
  const file = join(folder, name);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  // A secret of a container is a file that its owner wrote: it is as old as that.
  if (bareToken.test(text.trim())) return { token: text.trim(), storedAt: Math.floor(statSync(file).mtimeMs) };
  const parsed = credential.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new Error(`The credential ${name} can't be read; store it again with manage.sh login --token.`, {
      cause: 'neither the JSON object that manage.sh stores nor a token of `claude setup-token`',
    });
  }
  return { token: parsed.data.token, storedAt: Date.parse(parsed.data.stored_at) };
}
