import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cliLogin } from '../../../src/backend/cli-login.ts';
import { configuredLogins } from '../../../src/backend/logins/configured-logins.ts';
import { defaultConfig, type Config } from '../../../src/config/schema.ts';
import { temporaryDir } from '../../process/fixture.ts';

const token = 'sk-ant-oat01-made-up-but-long';
const configWith = (logins: Config['claude']['logins']): Config => {
  const config = defaultConfig();
  return { ...config, claude: { ...config.claude, logins } };
};

it('a login has its folder, its token or what a file has, and says what its owner has to do', () => {
  const file = join(temporaryDir(), 'token');
  writeFileSync(file, token);
  const [home, bob, year, work] = configuredLogins(
    configWith([
      { name: 'home' },
      { name: 'bob', config_dir: '/bob' },
      { name: 'year', token },
      { name: 'work', token_file: file },
    ]),
    undefined,
  );
  expect(home).toEqual({ name: 'home', remedy: expect.stringContaining('--login home') as string });
  expect(bob).toMatchObject({ own: { configDir: '/bob' }, remedy: expect.stringContaining('--login bob') as string });
  expect(year).toMatchObject({ own: { token }, remedy: expect.stringContaining('claude.logins') as string });
  expect(work).toMatchObject({
    ...{ own: { token }, remedy: expect.stringContaining(file) as string },
    tokenFile: { storedAt: expect.any(Number) as number, renewal: expect.stringContaining(file) as string },
  });
});

it('the login that the CLI has anyway is renewed as the token is that was handed to the service', () => {
  const stored = { token: 'stored', storedAt: 0 };
  const [home, bob] = configuredLogins(configWith([{ name: 'home' }, { name: 'bob', config_dir: '/bob' }]), stored);
  expect(home?.remedy).toContain('manage.sh login --token');
  expect(bob?.remedy).toContain('--login bob');
});

it('only the login that the CLI has anyway uses the token that was handed to the service', () => {
  const stored = { token: 'stored', storedAt: 0 };
  const config = defaultConfig();
  expect(cliLogin(config, stored, { name: 'home' })).toMatchObject({ oauthToken: 'stored' });
  expect(cliLogin(config, stored, { name: 'bob', own: { configDir: '/bob' } })).not.toHaveProperty('oauthToken');
});
