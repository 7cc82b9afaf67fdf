import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { after, providers, register } from './register-text.ts';

describe('a provider that is to be switched off', () => {
  it.each([
    ['enabled: true', 'enabled: false', 'true'],
    ['enabled: yes', 'enabled: no', 'yes'],
    ['enabled: On', 'enabled: Off', 'On'],
    ['disabled: FALSE', 'disabled: TRUE', 'FALSE'],
  ])('has its flag turned: %s', (flag, turned, was) => {
    const text = providers(`    ${flag}   # mine\n`, '  b:\n    url: http://b/v1\n');
    expect(after(text, { disable: 'openai' })).toContain(
      `    ${turned} # switched off by claude-harness register (claude-harness), was ${was}   # mine\n  b:\n`,
    );
  });

  it('becomes comments where it has no flag that can be turned', () => {
    const text = providers('', '  b:\n    url: http://b/v1\n\n    # why\n    x: |\n\n      y\n');
    expect(after(text, { disable: 'b' })).toContain(
      '/v1\n# switched off by claude-harness register (claude-harness), 7 lines: b\n#  b:\n#    url: http://b/v1\n#\n#    # why\n#    x: |\n#\n#      y\n  claude-harness:\n',
    );
    const quoted = providers('    enabled: "true"\n');
    expect(after(quoted, { disable: 'openai' })).toContain('#    enabled: "true"\n');
  });

  it('becomes comments between brackets, flag or not, and as an alias', () => {
    const text = `x: &x {url: http://c/v1}\n${providers('    enabled: true\n', '  b: {url: http://b/v1, enabled: true}\n  c: *x\n')}`;
    expect(after(text, { disable: 'b' })).toContain(' 1 line: b\n#  b: {url: http://b/v1, enabled: true}\n');
    expect(after(text, { disable: 'c' })).toContain(' 1 line: c\n#  c: *x\n');
  });

  it('is left alone when it is off already, by hand or by a run before', () => {
    const text = providers('    enabled: false # by me\n', '  b:\n    url: http://b/v1\n    enabled: true\n');
    expect(after(text, { disable: 'openai' })).toContain('    enabled: false # by me\n');
    const once = after(text, { disable: 'b' });
    expect(register(once, { disable: 'b' })).toMatchObject({ kind: 'unchanged' });
    expect(register(once)).toMatchObject({ kind: 'unchanged' });
  });

  it('may be named by its type or by the prefix of its models', () => {
    const typed =
      'providers:\n- {name: a, type: anthropic, url: http://a}\n- name: b\n  type: openai\n  url: http://b\n';
    expect(after(typed, { disable: 'anthropic' })).toContain('\n#- {name: a,');
    const list =
      'model_list:\n- model_name: a\n  litellm_params:\n    model: anthropic/a\n- model_name: b\n  litellm_params:\n    model: openai/b\n';
    expect(after(list, { disable: 'anthropic' })).toContain('\n#- model_name: a\n');
  });

  it('has no place to be noted in JSON', () => {
    const text = '{"$schema": "https://charm.land/crush.json", "providers": {"a": {"base_url": "http://a"}}}';
    expect(() => register(text, { disable: 'a' })).toThrow(
      new RouterFileError(
        'a cannot be switched off: JSON has no place to note it for unregister; switch it off by hand',
      ),
    );
  });

  it('may be several, and all are named', () => {
    const text =
      'providers:\n- {name: a, type: x, url: http://a}\n- {name: b, type: x, url: http://b}\n- name: c\n  url: http://c\n';
    expect(register(text, { disable: 'x' })).toMatchObject({ messages: [expect.any(String), 'switched off a, b'] });
  });

  it('must be there, and is not the harness itself', () => {
    const text = providers('', '  claude-harness:\n    url: http://127.0.0.1:8013\n');
    const message = (name: string) => `providers has no provider ${name} to switch off, only openai`;
    expect(() => register(text, { disable: 'mistral' })).toThrow(message('mistral'));
    expect(() => register(text, { disable: 'claude-harness' })).toThrow(message('claude-harness'));
    expect(() => register(text, { disable: 'mistral' })).toThrow(RouterFileError);
  });

  it('is not touched when others lean on it', () => {
    const text = 'providers:\n  a: &a\n    url: http://a/v1\n  b:\n    <<: *a\n    url: http://b/v1\n';
    expect(register(text, { disable: 'a' })).toMatchObject({
      kind: 'paste',
      reason: expect.stringMatching(/^a cannot be switched off: .*anchor/) as string,
    });
    const shadowed = `x: &a {key: 1}\n${text}`;
    expect(register(shadowed, { disable: 'a' }).kind).toBe('paste');
    const flagged = text.replace('url: http://a/v1', 'url: http://a/v1\n    enabled: true');
    expect(register(flagged, { disable: 'a' }).kind).toBe('paste');
  });
});
