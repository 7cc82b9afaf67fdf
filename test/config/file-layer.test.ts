import { describe, expect, it } from 'vitest';
import { createFolder, load, loadText, problemsOf, writeConfig } from './config-folder.ts';

describe('text keys', () => {
  it('keep what was written where YAML would see a number or a boolean', () => {
    const { config } = loadText(
      'server: {allowed_hosts: [123]}\nmodels: {default: 1e5, aliases: {4: 007, true: off}}\nclaude: {env: {A: 1.10, B: yes, C: 0x1F}}',
    );
    expect(config.server.allowed_hosts).toEqual(['123']);
    expect(config.models).toMatchObject({ default: '1e5', aliases: { 4: '007', true: 'off' } });
    expect(config.claude.env).toEqual({ A: '1.10', B: 'yes', C: '0x1F' });
  });
});

describe('mistakes in the file', () => {
  it.each([
    ['sever: {port: 1}', 'harness.yaml:1:1: sever: unknown key; the nearest known one is server'],
    ['port: 1', 'harness.yaml:1:1: port: unknown key; the nearest known one is server.port'],
    ['<<: {port: 1}', /^harness.yaml:1:1: "<<": unknown key; the nearest known one is /],
    ['__proto__: {a: 1}', /^harness.yaml:1:1: __proto__: unknown key/],
    ['server: {__proto__: {a: 1}}', /^harness.yaml:1:10: server.__proto__: unknown key/],
    ['server: {"a\\nb": 1}', /^harness.yaml:1:10: "server.a\\nb": unknown key/],
    ['limits: 5', 'harness.yaml:1:1: limits: expected a map of keys, found text'],
    ['limits: [5]', 'harness.yaml:1:1: limits: expected a map of keys, found a list'],
    ['- server', 'harness.yaml: expected a map of sections, found a list'],
    ['limits: {queue_size: [1]}', /^harness.yaml:1:10: limits.queue_size: expected .*, found a list$/],
    ['limits: {queue_size: {a: 1}}', /^harness.yaml:1:10: limits.queue_size: expected .*, found a map$/],
    ['limits: {queue_size: }', /^harness.yaml:1:10: limits.queue_size: expected .*, found nothing$/],
    ['limits: {queue_size: .nan}', /^harness.yaml:1:10: limits.queue_size: expected .*, found \.nan$/],
    ['limits: {queue_timeout: -5s}', /^harness.yaml:1:10: limits.queue_timeout: expected .*, found -5s$/],
    ['models: {default: a b}', /^harness.yaml:1:10: models.default: expected .*, found "a b"$/],
    ['models: {aliases: {x: -y}}', /^harness.yaml:1:20: models.aliases.x: expected .*, found -y$/],
    ['models: {aliases: {"": sonnet}}', /^harness.yaml:1:20: models.aliases."": expected a name .*, found ""$/],
    ['claude: {env: {A-B: x}}', /^harness.yaml:1:16: claude.env: expected the name of .*, found a hidden value$/],
    ['claude: {env: {A: }}', /^harness.yaml:1:16: claude.env.A: expected text .*, found a hidden value$/],
    ['server: {port: 1}\nserver: {port: 2}', /^harness.yaml:2:1: YAML syntax: this key is already set above/],
    ['server: {port: 1', /^harness.yaml:1:\d+: YAML syntax: /],
    ['models: {aliases: &a {x: *a}}', /^harness.yaml:1:23: models.aliases.x: expected .*, found a map$/],
  ])('%j is reported', (text, expected) => {
    expect(problemsOf(() => loadText(text))).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });

  it('an unknown section is reported once, not for each of its keys', () => {
    expect(problemsOf(() => loadText('sever: {a: 1, b: 2}'))).toHaveLength(1);
  });

  it('a long value is cut', () => {
    const [problem] = problemsOf(() => loadText(`logging: {level: ${'x'.repeat(1000)}}`));
    expect(problem).toMatch(/found x{60}…$/);
  });
});

describe('a file that cannot be read', () => {
  it.each([
    [
      'that is missing',
      () => '/nonexistent/h.yaml',
      '/nonexistent/h.yaml: the config file cannot be read: it does not exist',
    ],
    ['that is a directory', () => `${createFolder()}/`, /: the config file cannot be read: it is a directory$/],
    [
      'that is not UTF-8',
      () => writeConfig(Uint8Array.of(0x61, 0x3a, 0x20, 0xff)),
      'harness.yaml: the config file is not UTF-8 text',
    ],
    [
      'without a name',
      () => '',
      '--config or CLAUDE_HARNESS_CONFIG: expected the path of a config file, found nothing',
    ],
  ])('a file %s is reported', (_, createPath, expected) => {
    const configPath = createPath();
    expect(problemsOf(() => load({ configPath }))).toEqual([
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    ]);
  });

  it('named by the variable is reported as well', () => {
    expect(problemsOf(() => load({ env: { CLAUDE_HARNESS_CONFIG: '/nonexistent/h.yaml' } }))).toHaveLength(1);
  });
});
