import { describe, expect, it } from 'vitest';
import { configCommand } from '../../src/command/config.ts';
import type { LoadedConfig } from '../../src/config/load.ts';
import { load, loadText } from '../config/config-folder.ts';

function print(loaded: LoadedConfig): string {
  let text = '';
  configCommand(loaded, { json: false }, (part) => {
    text += part;
  });
  return text;
}

describe('claude-harness config', () => {
  it('prints the defaults without any source', () => {
    const text = print(load());
    expect(text).toMatch(/^# File: none\nserver:\n {2}host: 127\.0\.0\.1\n {2}port: 8013\n/);
    expect(text).toContain('\n  body_limit: 32mb\n  silence_before_stream: 10s\n');
    expect(text).toMatch(/\nunsupported_params: ignore\nreasoning: visible\nfallback: none\n$/);
    expect(text.match(/ # /g)).toBeNull();
  });

  it('names the source of every value that was set', () => {
    const loaded = loadText('limits: {turn_timeout: 90s}\nmodels:\n  aliases: {gpt-4o: sonnet, gpt-4.1: opus}\n', {
      env: { CLAUDE_HARNESS_SERVER__BODY_LIMIT: '1536kb' },
      flags: { port: '9000', set: ['server.allowed_hosts=[123]', 'unsupported_params=reject'] },
    });
    const lines = print(loaded).split('\n');
    const file = loaded.file ?? '';
    expect(lines).toEqual(
      expect.arrayContaining([
        `# File: ${file}`,
        `  turn_timeout: 1m30s # file ${file}`,
        '  body_limit: 1536kb # environment CLAUDE_HARNESS_SERVER__BODY_LIMIT',
        '  port: 9000 # flag --port',
        'unsupported_params: reject # flag --set',
        `  aliases: # file ${file}`,
        '    gpt-4o: sonnet',
        '    gpt-4.1: opus',
        '  allowed_hosts: # flag --set',
      ]),
    );
  });

  it('hides secrets', () => {
    const text = print(loadText(`server: {tokens: ["sha256:${'0'.repeat(64)}"]}\nclaude: {env: {KEY: hunter2}}`));
    expect(text).not.toMatch(/hunter2|sha256/);
    expect(text).toMatch(/tokens: # file .*\n {4}- \(hidden\)\n/);
    expect(text).toMatch(/env: # file .*\n {4}KEY: \(hidden\)\n/);
  });

  it('prints what loads again as the same configuration', () => {
    const { config } = loadText(`
server: {port: 0, allowed_hosts: [123, box.lan], cors_origins: ["app://obsidian.md"], body_limit: 1025b}
claude: {path: "/opt/a: b #1", workspace: "null", max_retries: 0}
models: {default: 1e5, aliases: {"~": "null", "a # b": sonnet, "é: ": "1", __x__: y}, unknown: "true", effort: xhigh}
pool: {idle_after: 0, max_age: 1h1ms}
logging: {content: true}
`);
    expect(loadText(print(loadText(print({ config, sources: new Map(), file: undefined })))).config).toEqual(config);
  });

  it('prints agents as they are written, with their secrets hidden', () => {
    const agent = `{workspaces: [/srv/a, {path: /srv/b, mode: rw}], tools: [bash], permissions: {"bash(git *)": always_allow}}`;
    const loaded = loadText(`agents: {tidy: ${agent}, other: ${agent}}\nreasoning: hidden\n`);
    const text = print(loaded);
    expect(text).toMatch(/\nagents:\n {2}idle_after: 10m\n[^]*\n {2}tidy: # file .*\n {4}workspaces:\n/);
    expect(text).toContain('      bash(git *): always_allow\n');
    expect(loadText(text).config).toEqual(loaded.config);
    const servers =
      '{a: {command: x, env: {KEY: hunter2}}, b: {type: sse, url: http://b.example, headers: {K: hunter2}}}';
    const secret = print(loadText(`agents: {tidy: {workspaces: [/srv/a], tools: [], mcp_servers: ${servers}}}`));
    expect(secret).not.toContain('hunter2');
    expect(secret).toContain('KEY: (hidden)');
  });

  it('keeps a strange file name inside its comment', () => {
    const name = '/tmp/a\nserver: {port: 1}';
    const loaded = { ...load(), file: name, sources: new Map([['server.port', { kind: 'file' as const, name }]]) };
    expect(loadText(print(loaded)).config).toEqual(loaded.config);
  });
});
