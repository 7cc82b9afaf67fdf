import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Installation } from '../../src/cli/installation.ts';
import { env, fixtureCli, isAlive, temporaryDir } from '../process/fixture.ts';
import { eventually } from '../util/eventually.ts';

describe('Installation', () => {
  it.each(['readVersion', 'loginStatus'] as const)(
    'ends a command that is being run when it stops: %s',
    async (name) => {
      const home = temporaryDir();
      const installation = new Installation({ env: { ...env, HOME: home }, configured: fixtureCli('slow-command.sh') });
      const command = installation[name]();
      await eventually(() => {
        expect(readFileSync(join(home, 'pid'), 'utf8')).toMatch(/^\d+\n$/);
      });
      await installation.stop();
      expect(isAlive(Number(readFileSync(join(home, 'pid'), 'utf8')))).toBe(false);
      expect(existsSync(join(home, '.claude.json'))).toBe(false);
      await command;
    },
  );

  it('runs no further command once it has stopped', async () => {
    const home = temporaryDir();
    const installation = new Installation({ env: { ...env, HOME: home }, configured: fixtureCli('slow-command.sh') });
    await installation.stop();
    expect(await installation.loginStatus()).toEqual({ state: 'unknown' });
    expect(existsSync(join(home, 'pid'))).toBe(false);
  });
});
