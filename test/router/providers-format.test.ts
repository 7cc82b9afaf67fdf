import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { after, notes, providers, register } from './register-text.ts';
import type { Registration } from '../../src/router/registration.ts';

function entryIn(text: string, how: Partial<Registration> = {}): unknown {
  const { providers: all } = parse(after(text, how)) as { providers: Record<string, unknown> | unknown[] };
  return Array.isArray(all) ? all.at(-1) : all['claude-harness'];
}

const two = (a: string, b = a) => `providers:\n  a:\n    ${a}\n  b:\n    ${b}\n`;

describe('an entry of `providers:`', () => {
  it.each([
    ['url: http://a/v1', { url: 'http://127.0.0.1:8013/v1' }],
    ['base_url: http://a', { base_url: 'http://127.0.0.1:8013' }],
    ['endpoint: http://a/api/v4/', { endpoint: 'http://127.0.0.1:8013/v1' }],
    ['api_base: http://a/v1/chat/completions', { api_base: 'http://127.0.0.1:8013/v1/chat/completions' }],
    ['{url: http://a, health: /healthz}', { url: 'http://127.0.0.1:8013', health: '/ready' }],
    ['{url: http://a, status: /status}', { url: 'http://127.0.0.1:8013', status: '/ready' }],
    [
      '{url: http://a, health_url: http://a/h}',
      { url: 'http://127.0.0.1:8013', health_url: 'http://127.0.0.1:8013/ready' },
    ],
    ['{url: http://a, type: openai}', { url: 'http://127.0.0.1:8013', type: 'openai' }],
    ['{url: http://a, type: local}', { url: 'http://127.0.0.1:8013', type: 'cloud' }],
    ['{url: http://a, api_key_env: A}', { url: 'http://127.0.0.1:8013', api_key_env: 'HARNESS_API_KEY' }],
    ['{url: http://a, disabled: true}', { url: 'http://127.0.0.1:8013', disabled: false }],
  ])('has the fields that all others have: %s', (fields, expected) => {
    expect(
      entryIn(
        two(fields)
          .replaceAll(/\n {4}\{(.*)\}/g, '\n    $1')
          .replaceAll(', ', '\n    '),
      ),
    ).toEqual(expected);
  });

  it('has no field that only some have, but models and an address', () => {
    const text = two('url: http://a/v1', 'url: http://b\n    models: [m]\n    type: x\n    api_key: k');
    expect(entryIn(text)).toEqual({ url: 'http://127.0.0.1:8013/v1', models: ['sonnet', 'opus'] });
  });

  it.each([
    ['api_key: k', '${HARNESS_API_KEY}'],
    ['api_key: ${A_KEY:-none}', '${HARNESS_API_KEY}'],
    ['api_key: $A_KEY', '$HARNESS_API_KEY'],
    ['api_key: "%A_KEY%"', '%HARNESS_API_KEY%'],
    ['api_key: "{env:A_KEY}"', '{env:HARNESS_API_KEY}'],
    ['api_key: os.environ/A_KEY', 'os.environ/HARNESS_API_KEY'],
    ['x: 1', '${HARNESS_API_KEY}'],
  ])('refers to its token as others do: %s', (field, key) => {
    expect(entryIn(providers(`    ${field}\n`), { needsToken: true })).toMatchObject({ api_key: key });
    expect(notes(providers(`    ${field}\n`), { needsToken: true })).toContain('set HARNESS_API_KEY');
  });

  it('is not written where a type is required whose word is not known', () => {
    expect(register(two('url: http://a\n    type: anthropic'))).toMatchObject({
      kind: 'paste',
      reason: 'none of the others shows how `type` is written for an OpenAI-compatible provider',
    });
  });

  it('has a note of what all others have and it has not', () => {
    expect(notes(two('url: http://a\n    region: eu'))).toBe('the others have region too: add what the router needs');
  });

  it.each([
    ['without an address', 'providers:\n  a: {key: x}\n'],
    ['with another address', 'providers:\n  a: {url: "postgres://x"}\n'],
    ['with addresses under different keys', 'providers:\n  a: {url: http://a}\n  b: {base_url: http://b}\n'],
    ['without names', 'providers:\n- {url: http://a}\n'],
    ['among other things', 'providers:\n  a: {url: http://a}\n  b: 1\n'],
    ['in two places', 'providers:\n  a: {url: http://a}\nx:\n  providers:\n    a: {url: http://a}\n'],
    ['too deep', 'x:\n  y:\n    providers:\n      a: {url: http://a}\n'],
    ['under another key', 'backends:\n  a: {url: http://a}\n'],
  ])('is not put %s', (_, text) => {
    expect(register(text)).toMatchObject({
      kind: 'paste',
      reason: expect.stringContaining('no known format recognises it') as string,
    });
  });
});
