import { readFileSync, statSync } from 'node:fs';
import { setupToken } from './claude-login.ts';
import { ConfigError } from './config-error.ts';

/** A token in a file of its own, which is as old as that: in ms since the epoch. */
export interface FileToken {
  token: string;
  storedAt: number;
}

/** Reads the file of a login's token. Throws `ConfigError`, which names the file and never what is in it. */
export function readTokenFile(file: string, login: string): FileToken {
  const problem = (message: string) => new ConfigError([{ where: file, path: 'claude.logins', message }]);
  let text: string;
  let storedAt: number;
  try {
    text = readFileSync(file, 'utf8').trim();
    storedAt = Math.floor(statSync(file).mtimeMs);
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw problem(`expected the token of the login ${login}, but the file can't be read (${code})`);
  }
  if (!setupToken.test(text)) {
    throw problem(`expected the token of the login ${login} alone, as \`claude setup-token\` prints it`);
  }
  return { token: text, storedAt };
}
