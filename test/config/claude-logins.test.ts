import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { protectedPaths } from '../../src/config/agents/protected-paths.ts';
import { readTokenFile } from '../../src/config/login-token.ts';
import { createFolder, loadText, problemsOf, writeFile } from './config-folder.ts';

const token = 'sk-ant-oat01-made-up-but-long';
const withLogins = (logins: string, more = '') => loadText(`claude: {logins: ${logins}${more}}`);

describe('claude.logins', () => {
  it('are names with a folder, a token, the file of one, or nothing', () => {
    const { config } = withLogins(
      `[{name: home}, {name: a, config_dir: /a}, {name: b, token: ${token}}, {name: c, config_dir: /c, token_file: /t}]`,
    );
    expect(config.claude.logins).toEqual([
      { name: 'home' },
      { name: 'a', config_dir: '/a' },
      { name: 'b', token },
      { name: 'c', config_dir: '/c', token_file: '/t' },
    ]);
  });

  it.each([
    ['[{config_dir: /a}]', 'claude.logins[0].name: expected a name'],
    ['[{name: "a b"}]', 'claude.logins[0].name: expected a name'],
    ['[{name: a}, {name: a, config_dir: /a}]', 'claude.logins[1].name: expected a name of its own'],
    ['[{name: a}, {name: b}]', 'claude.logins[1].name: expected a config_dir, token or token_file'],
    ['[{name: a, config_dir: /a}, {name: b, config_dir: /a}]', 'claude.logins[1].config_dir: expected a config_dir'],
    [
      `[{name: a, token: ${token}}, {name: b, config_dir: /a, token: ${token}}]`,
      'claude.logins[1].token: expected a config_dir, token',
    ],
    [
      `[{name: a, token: ${token}, token_file: /a}]`,
      'claude.logins[0].token_file: expected either token or token_file',
    ],
    ['[{name: a, token: sk-ant-api03-secret}]', 'claude.logins[0].token: expected a token of `claude setup-token`'],
    ['[{name: a, config_dir: ~/a}]', 'claude.logins[0].config_dir: expected a path, written out'],
    ['[{name: a, folder: secret}]', 'claude.logins[0].folder: expected only name, config_dir, token and token_file'],
    ['[secret]', 'claude.logins[0]: expected a login such as'],
  ])('%s is refused, and what was written is not repeated', (logins, problem) => {
    const problems = problemsOf(() => withLogins(logins)).join('\n');
    expect(problems).toContain(problem);
    expect(problems).not.toMatch(/secret|made-up/);
  });

  it('are of plans: an API key has none', () => {
    expect(problemsOf(() => withLogins('[{name: a}]', ', auth: api-key')).join()).toContain('expected no logins');
  });

  it('have folders and files that no agent may see', () => {
    const { config } = withLogins('[{name: a, config_dir: /srv/a}, {name: b, token_file: /srv/token}]');
    const places = protectedPaths(config, { env: { HOME: '/home/ada' }, file: undefined });
    expect(places).toContainEqual({ path: '/srv/a', what: 'the folder of the login a', within: true });
    expect(places).toContainEqual({ path: '/srv/token', what: 'the token of the login b', within: true });
  });
});

describe('the file of a token', () => {
  const file = (text: string) => writeFile(join(createFolder(), 'token'), text);

  it('has the token alone, and is as old as it', () => {
    const read = readTokenFile(file(`${token}\n`), 'work');
    expect(read.token).toBe(token);
    expect(Math.abs(read.storedAt - Date.now())).toBeLessThan(60_000);
  });

  it('that is missing is a mistake of the configuration', () => {
    expect(problemsOf(() => readTokenFile('/nonexistent/token', 'work')).join()).toContain(
      "/nonexistent/token: claude.logins: expected the token of the login work, but the file can't be read (ENOENT)",
    );
  });

  it('that has something else is one too, which is not repeated', () => {
    const problems = problemsOf(() => readTokenFile(file('hunter2'), 'work')).join();
    expect(problems).toContain('expected the token of the login work alone');
    expect(problems).not.toContain('hunter2');
  });
});
