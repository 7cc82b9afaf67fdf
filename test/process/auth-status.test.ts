import { describe, expect, it } from 'vitest';
import { readAuthStatus } from '../../src/process/auth-status.ts';
import { env, fixtureCli } from './fixture.ts';

const read = (name: string) => readAuthStatus(fixtureCli(name), env);

describe('readAuthStatus', () => {
  it('reports that there is a login, and which', async () => {
    expect(await read('logged-in.sh')).toEqual({ state: 'logged_in', method: 'claude.ai' });
  });

  it('reads it behind the lines of a wrapper', async () => {
    expect(await read('wrapped-login.sh')).toEqual({ state: 'logged_in', method: 'claude.ai' });
  });

  it('reports that there is none, though the CLI ends with an error', async () => {
    expect(await read('logged-out.sh')).toEqual({ state: 'logged_out' });
  });

  it.each(['garbage.sh', 'prints-and-quits.sh', 'fails.sh', 'no-such-program'])(
    'does not know when %s answers',
    async (name) => {
      expect(await read(name)).toEqual({ state: 'unknown' });
    },
  );
});
