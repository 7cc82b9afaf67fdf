import { describe, expect, it } from 'vitest';
import { readCliVersion, runCli } from '../../src/process/run-cli.ts';
import { env, fixtureCli } from './fixture.ts';

describe('runCli', () => {
  it('gives what the program printed and its exit code', async () => {
    expect(await runCli(fixtureCli('prints-and-quits.sh'), [], env)).toMatchObject({ exitCode: 7 });
    expect((await runCli(fixtureCli('prints-and-quits.sh'), [], env)).stdout).toContain('bye');
  });

  it.each(['no-such-program', 'fails.sh'])('does not reject for %s', async (name) => {
    await expect(runCli(fixtureCli(name), [], env)).resolves.toBeDefined();
  });
});

describe('readCliVersion', () => {
  it('finds the version in what the CLI says', async () => {
    expect(await readCliVersion(fixtureCli('version.sh'), env)).toBe('2.1.197');
  });

  it.each(['fails.sh', 'garbage.sh', 'no-such-program'])('gives nothing for %s', async (name) => {
    expect(await readCliVersion(fixtureCli(name), env)).toBeUndefined();
  });
});
