import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { registration } from './registration.ts';

const entry = '  claude-harness:\n    url: http://127.0.0.1:8013/v1\n';
const others = 'providers:\n  a:\n    url: http://a/v1\n';

function after(text: string, name = 'claude-harness'): string {
  const plan = planUnregister(text, name);
  expect(plan).toMatchObject({ kind: 'change' });
  return plan.kind === 'change' ? plan.after : '';
}

function registered(text: string, how: Parameters<typeof registration>[0]): string {
  const plan = planRegister(text, registration(how));
  return plan.kind === 'change' ? plan.after : '';
}

describe('an entry', () => {
  it.each([
    ['at the end', `${others}${entry}`, others],
    ['before others', `providers:\n${entry}  a:\n    url: http://a/v1\n`, others],
    ['that was changed by hand', `${others}${entry}    # mine\n    x: 1\n`, others],
    ['at the end without a line break', `${others}${entry}`.trimEnd(), others.trimEnd()],
    ['that others were put behind', `${others}${entry}  b:\n    url: http://b\n`, `${others}  b:\n    url: http://b\n`],
    ['in flow style in a block', `${others}  claude-harness: {url: http://127.0.0.1:8013}\n`, others],
  ])('is taken out %s', (_, text, expected) => {
    expect(after(text)).toBe(expected);
  });

  it('is taken out for each model', () => {
    const list = 'model_list:\n- model_name: a\n  litellm_params:\n    model: x\n';
    expect(after(registered(list, { models: ['a', 'b', 'c'] }))).toBe(list);
  });

  it('leaves a comment above it and behind it, which is the owner’s', () => {
    expect(after(`${others}  # above\n${entry}    # behind\n  # below\n`)).toBe(
      `${others}  # above\n    # behind\n  # below\n`,
    );
  });

  it('of another name is left alone', () => {
    const text = registered(registered(others, {}), { name: 'second' });
    expect(planUnregister(text, 'third')).toEqual({ kind: 'unchanged', messages: ['third is not registered'] });
    expect(after(text, 'second')).toBe(registered(others, {}));
  });

  it('is not taken out when it is the only one', () => {
    expect(() => planUnregister(`providers:\n${entry}`, 'claude-harness')).toThrow(RouterFileError);
    const only =
      'model_list:\n- {model_name: a, litellm_params: {model: openai/a}, model_info: {id: claude-harness-a}}\n';
    expect(() => planUnregister(only, 'claude-harness')).toThrow('the only entry of model_list');
    expect(after(`${only}general_settings: {}\n`)).toBe('general_settings: {}\n');
  });

  it.each([
    ['between brackets', 'providers: {claude-harness: {url: http://b}, a: {url: http://a}}\n', 'flow style'],
    ['in one of several documents', `${others}${entry}---\na: 1\n`, 'several documents'],
    ['in a file of no known format', '{"a": 1}', 'no known format'],
  ])('%s is left to its owner', (_, text, reason) => {
    expect(planUnregister(text, 'claude-harness')).toEqual({
      kind: 'paste',
      reason: expect.stringContaining(reason) as string,
      snippet: undefined,
    });
  });

  it('that others lean on is left to its owner', () => {
    const text = `${others}  claude-harness: &c\n    url: http://127.0.0.1:8013\nx: *c\n`;
    expect(planUnregister(text, 'claude-harness')).toMatchObject({ kind: 'paste' });
  });
});

describe('what was switched off', () => {
  const flagged = 'providers:\n  a:\n    url: http://a/v1\n    enabled: yes # a\n  b:\n    url: http://b/v1\n';

  it.each([
    ['a flag', flagged, 'a'],
    ['lines where another has a flag', flagged, 'b'],
    ['lines where another has a flag, without a last line break', flagged.trimEnd(), 'b'],
    ['a flag in a file with CRLF', flagged.trimEnd().replaceAll('\n', '\r\n'), 'a'],
    ['lines', others, 'a'],
    ['lines at the end of a file without a line break', others.trimEnd(), 'a'],
  ])('comes back: %s', (_, text, disable) => {
    expect(after(registered(text, { disable }))).toBe(text);
  });

  it('comes back where the entry has been taken out by hand', () => {
    const text = registered(flagged, { disable: 'a' });
    expect(after(text.slice(0, text.indexOf('  claude-harness:')))).toBe(flagged);
  });

  it('comes back for the registration that switched it off, and for no other', () => {
    const text = registered(registered(flagged, { disable: 'a' }), { name: 'claude.harness' });
    expect(after(text, 'claude.harness')).toBe(registered(flagged, { disable: 'a' }));
  });

  it('comes back at once, all that was switched off', () => {
    const twice = registered(registered(flagged, { disable: 'a' }), { disable: 'b' });
    expect(twice.match(/switched off by/g)).toHaveLength(2);
    expect(after(twice)).toBe(flagged);
  });

  it.each([
    ['a line under a mark is no comment any more', (text: string) => text.replace('#  a:', '  a:')],
    ['lines under a mark are missing', (text: string) => text.slice(0, text.indexOf('#    url'))],
  ])('is left to its owner when %s', (_, change) => {
    const text = change(registered(others, { disable: 'a' }));
    expect(() => planUnregister(text, 'claude-harness')).toThrow(/has been changed since/);
  });

  it('is left to its owner when what stands under a mark is no entry', () => {
    const mark = '# switched off by claude-harness register (claude-harness), 1 line: b\n##  b:\n';
    expect(() => planUnregister(`${others}${mark}`, 'claude-harness')).toThrow(/has been changed since/);
  });

  it('is left to its owner when the mark has moved', () => {
    const mark = ' # switched off by claude-harness register (claude-harness), was true';
    expect(() => planUnregister(`${others}x: 1${mark}\n`, 'claude-harness')).toThrow(/has been changed since/);
  });

  it('is not looked for in what only looks like it', () => {
    const text = `# switched off by claude-harness register (other), 1 line: a\n#  a:\n${others}${entry}`;
    expect(after(text)).toBe(text.replace(entry, ''));
  });
});
