import { expect, it } from 'vitest';
import { redactConfig } from '../../src/config/redact.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { loadText } from './config-folder.ts';

const tokens = [`sha256:${'0'.repeat(64)}`, `sha256:${'1'.repeat(64)}`];

it('tokens and values of claude.env are hidden, their number and names stay', () => {
  const { config } = loadText(`server: {tokens: [${tokens.join(', ')}], port: 9}\nclaude: {env: {A: hunter2}}`);
  const redacted = redactConfig(config);
  expect(redacted.server).toEqual({ ...config.server, tokens: ['(hidden)', '(hidden)'] });
  expect(redacted.claude.env).toEqual({ A: '(hidden)' });
  expect(JSON.stringify(redacted)).not.toMatch(/hunter2|sha256/);
});

it('the tokens of logins are hidden, their names and folders stay', () => {
  const { config } = loadText(
    'claude: {logins: [{name: home, config_dir: /srv/home}, {name: work, token: sk-ant-oat01-hunter2-and-more}]}',
  );
  const redacted = redactConfig(config);
  expect(redacted.claude.logins).toEqual([
    { name: 'home', config_dir: '/srv/home' },
    { name: 'work', token: '(hidden)' },
  ]);
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
});

it('the config itself keeps its secrets', () => {
  const { config } = loadText(`server: {tokens: [${tokens.join(', ')}]}`);
  redactConfig(config);
  expect(config.server.tokens.map(({ hash }) => hash)).toEqual(tokens);
});

it('a config without secrets stays as it is, and frozen', () => {
  const redacted = redactConfig(defaultConfig());
  expect(redacted).toEqual(defaultConfig());
  expect(Object.isFrozen(redacted.server.tokens)).toBe(true);
});

it('a webhook and its token are hidden where they are set', () => {
  const { config } = loadText(
    'agents: {notify_url: "https://ntfy.sh/hunter2", notify_token: tk_hunter2}\nalerts: {url: "https://ntfy.sh/hunter2", token: tk_hunter2}',
  );
  const redacted = redactConfig(config);
  expect(redacted.agents).toMatchObject({ notify_url: '(hidden)', notify_token: '(hidden)' });
  expect(redacted.alerts).toMatchObject({ url: '(hidden)', token: '(hidden)' });
  expect(JSON.stringify(redacted)).not.toContain('hunter2');
});

it('the address of the database is hidden, which may have a password in it', () => {
  const { config } = loadText('state: {url: "postgres://harness:hunter2@db.example/harness"}');
  expect(redactConfig(config).state).toEqual({ url: '(hidden)' });
});
