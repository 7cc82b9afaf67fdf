import { describe, expect, it } from 'vitest';
import { addressSuffix, moveTo, originOf } from '../../src/router/address.ts';
import { entriesOf } from './entries-of.ts';

function providers(...addresses: string[]): string {
  return `providers:\n${addresses.map((address, index) => `  p${index}:\n    url: ${address}\n`).join('')}`;
}

describe('an address ends like those of the others', () => {
  it.each([
    [['https://a.example/v1'], '/v1'],
    [['https://a.example'], ''],
    [['https://a.example/'], '/'],
    [['https://a.example/v1/'], '/v1/'],
    [['https://a.example/openai/v1'], '/v1'],
    [['https://a.example/api/v1/chat/completions'], '/v1/chat/completions'],
    [['https://a.example', 'https://b.example/v1'], '/v1'],
    [['https://a.example', 'https://b.example', 'https://c.example/v1'], ''],
    [['https://api.anthropic.com', 'https://b.azure.com', 'https://c.example/v1'], '/v1'],
    [['https://api.anthropic.com'], ''],
    [['${A_URL}'], '/v1'],
  ])('%j: %j', (addresses, expected) => {
    expect(addressSuffix(entriesOf(providers(...addresses)))).toBe(expected);
  });

  it('providers of another type do not count', () => {
    const text = 'providers:\n  a: {type: ollama, url: "http://b:11434"}\n  b: {type: openai, url: "http://c/v1"}\n';
    expect(addressSuffix(entriesOf(text))).toBe('/v1');
  });
});

it('only the origin of an address is replaced', () => {
  expect(moveTo('http://box:9', 'https://127.0.0.1:8013/v1/')).toBe('http://box:9/v1/');
  expect(moveTo('http://box:9', 'http://a')).toBe('http://box:9');
});

it('what is no address has no origin', () => {
  expect([originOf('http://a:1/v1'), originOf('${URL}'), originOf('a:1'), originOf(undefined)]).toEqual([
    'http://a:1',
    undefined,
    undefined,
    undefined,
  ]);
});
