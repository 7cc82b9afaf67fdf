import { describe, expect, it } from 'vitest';
import { added, after, notes, providers } from './register-text.ts';

describe('the fields of a new entry', () => {
  it('only what the others have, where that is only an address', () => {
    expect(added(providers())).toEqual(['  claude-harness:', '    url: http://127.0.0.1:8013/v1']);
  });

  it.each([
    ['api_key: sk-1', 'api_key: unused'],
    ['api_key_env: OPENAI_API_KEY', 'api_key_env: HARNESS_API_KEY'],
    ['apiKey: "${OPENAI_API_KEY}"', 'apiKey: "${HARNESS_API_KEY}"'],
    ["'access-key': os.environ/OPENAI", 'access-key: os.environ/HARNESS_API_KEY'],
    ['models: m', 'models: sonnet,opus'],
    ['default_model: m', 'default_model: sonnet'],
    ['disabled: false', 'disabled: false'],
    ['type: openai-compatible', 'type: openai-compatible'],
    ['name: OpenAI', 'name: claude-harness'],
  ])('%s becomes %s', (field, expected) => {
    const [, , ...fields] = added(providers(`    ${field}\n`));
    expect(fields.map((line) => line.trim().replace(/^'(.*?)'/, '$1'))).toEqual([expected]);
  });

  it('a key that not all others have is left out, unless the harness asks for one', () => {
    const text = providers('    api_key: sk-1\n', '  box:\n    url: http://box/v1\n');
    expect(added(text).join('\n')).not.toContain('key');
    expect(added(text, { needsToken: true }).join('\n')).toContain('api_key: unused');
    expect(notes(text, { needsToken: true })).toContain('put a token of the harness');
  });

  it('a key is there when asked for, even where no other has one', () => {
    expect(added(providers(), { needsToken: true })).toContain('    api_key: unused');
  });

  it('a key is a variable where any other is one', () => {
    const text = providers('    api_key: ${A_KEY}\n', '  b:\n    url: http://b/v1\n    api_key: sk-1\n');
    expect(added(text)).toContain('    api_key: ${HARNESS_API_KEY}');
  });

  it('are in the order of the sibling that shows most, of equals the last', () => {
    const text = providers(
      '    type: openai\n    models: [m]\n',
      '  b:\n    models: [m]\n    type: openai\n    url: http://b/v1\n  c:\n    url: http://c/v1\n',
    );
    expect(added(text).map((line) => line.trim().split(':')[0])).toEqual(['claude-harness', 'models', 'type', 'url']);
  });

  it('a key that is a secret is never taken over, nor is another secret', () => {
    const text = providers(
      '    api_key: sk-secret\n    client_secret: s3\n',
      '  b:\n    url: http://b/v1\n    api_key: sk-secret\n    client_secret: s3\n',
    );
    expect(added(text).join('\n')).not.toMatch(/sk-secret|s3/);
  });

  it('the variable of a key is named in a note', () => {
    expect(notes(providers('    api_key_env: A_KEY\n'))).toBe(
      "set HARNESS_API_KEY in the router's environment to any text, such as unused",
    );
    expect(notes(providers('    api_key_env: A_KEY\n'), { needsToken: true })).toMatch(/ to a token of the harness$/);
  });

  it('what all others have alike is copied, what they have differently is named', () => {
    const text = providers(
      '    group: home\n    weight: 1\n    region: eu\n',
      '  b:\n    url: http://b/v1\n    group: home\n    weight: 2\n    region: eu\n',
    );
    expect(added(text)).toContain('    group: home');
    expect(added(text).join('\n')).not.toMatch(/weight|region/);
    expect(notes(text)).toBe('the others have weight, region too: add what the router needs');
  });

  it('a type is taken from a provider that is OpenAI, else left out with a note', () => {
    expect(added(providers('    kind: 1\n', '  b:\n    url: http://b/v1\n    kind: 14\n'))).toContain('    kind: 1');
    const foreign = 'providers:\n  a:\n    type: anthropic\n    url: https://api.anthropic.com\n';
    expect(added(foreign)).toEqual(['  claude-harness:', '    url: http://127.0.0.1:8013']);
    expect(notes(foreign)).toContain('none of the others shows how `type` is written');
  });

  it('a number as a second name is left out with a note', () => {
    const text = 'providers:\n- id: 7\n  name: a\n  url: http://a\n';
    expect(added(text)).toEqual(['- name: claude-harness', '  url: http://127.0.0.1:8013']);
    expect(notes(text)).toContain('a number as `id`');
  });

  it('fields that come from a merge key count as the sibling’s own', () => {
    const text = `defaults: &d {enabled: true}\n${providers('    <<: *d\n')}`;
    expect(added(text)).toContain('    enabled: true');
  });

  it('a name that YAML takes for a number is quoted', () => {
    expect(added(providers(), { name: '123' })[0]).toBe("  '123':");
  });
});

describe('the priority of a new entry', () => {
  it('is first, in the order of the others', () => {
    expect(added(providers('    priority: 2\n'))).toContain('    priority: 1');
    expect(added(providers('    priority: 9\n', '  b:\n    url: http://b/v1\n    priority: 8\n'))).toContain(
      '    priority: 10',
    );
  });

  it('is shared rather than made up, and the note says with whom', () => {
    expect(added(providers('    priority: 1\n'))).toContain('    priority: 1');
    expect(notes(providers('    priority: 1\n'))).toContain('openai has it too; --priority sets another');
  });

  it('is the one that is asked for, under the key of the others or a usual one', () => {
    expect(added(providers('    rank: 1\n'), { priority: 7 })).toContain('    rank: 7');
    expect(added(providers(), { priority: -1 })).toContain('    priority: -1');
    const list = 'model_list:\n- model_name: a\n  litellm_params:\n    model: openai/a\n';
    expect(added(list, { priority: 2 })).toContain('    order: 2');
  });

  it('is that of the provider which is switched off', () => {
    const text = providers('    priority: 4\n    enabled: true\n', '  b:\n    url: http://b/v1\n    priority: 6\n');
    expect(after(text, { disable: 'b' })).toContain(
      'claude-harness:\n    url: http://127.0.0.1:8013/v1\n    priority: 6\n',
    );
  });

  it('is left out where the others have words for it', () => {
    expect(added(providers('    priority: high\n')).join('\n')).not.toContain('priority');
  });
});

it('tags that only the router knows are left alone', () => {
  expect(added(providers('    api_key: !secret openai\n'))).toContain('    api_key: unused');
});
