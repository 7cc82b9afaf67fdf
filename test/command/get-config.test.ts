import { describe, expect, it } from 'vitest';
import { getConfigCommand, parseKey } from '../../src/command/get-config.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { loadText } from '../config/config-folder.ts';

function get(path: string, changes: object = {}): string {
  let text = '';
  const config = { ...defaultConfig(), ...changes };
  getConfigCommand({ config, sources: new Map(), file: undefined }, parseKey(path), (more) => {
    text += more;
  });
  return text;
}

describe('config get', () => {
  it('prints a value on a line, as people write it', () => {
    expect(get('server.port')).toBe('8013\n');
    expect(get('limits.idle_timeout', { limits: { ...defaultConfig().limits, idle_timeout: 90_000 } })).toBe('1m30s\n');
    expect(get('models.aliases', { models: { ...defaultConfig().models, aliases: { a: 'b' } } })).toBe('{"a":"b"}\n');
  });

  it('prints an agent as JSON', () => {
    const agents = loadText('agents: {tidy: {workspaces: [/srv/a], tools: [read]}}').config.agents;
    expect(JSON.parse(get('agents.tidy', { agents }))).toMatchObject({ tools: ['read'], trust: 'none' });
  });

  it('prints nothing for a key that is not set', () => {
    expect(get('claude.path')).toBe('');
  });

  it('prints no secret', () => {
    const claude = { ...defaultConfig().claude, env: { SOME_KEY: 'sk-made-up' } };
    expect(get('claude.env', { claude })).not.toContain('sk-made-up');
  });

  it('names the nearest key for one that does not exist', () => {
    expect(() => parseKey('claude.pth')).toThrow('claude.path');
    const agents = loadText('agents: {tidy: {workspaces: [/srv/a], tools: [read]}}').config.agents;
    expect(() => get('agents.tdy', { agents })).toThrow('did you mean agents.tidy?');
    expect(() => get('agents.max_liv', { agents })).toThrow('did you mean agents.max_live?');
  });
});
