import { describe, expect, it } from 'vitest';
import { placeOf } from './entries-of.ts';

const provider = '{url: http://a.example}';

describe('providers are found', () => {
  it.each([
    ['as a map by name', `providers:\n  a: ${provider}\n`, 'map', 'providers'],
    ['at the top level', `a: ${provider}\nb: ${provider}\n`, 'map', 'the top level'],
    ['under other keys', `x:\n  router:\n    providers:\n      a: ${provider}\n`, 'map', 'x.router.providers'],
    ['under a key of any name', `mine:\n  a: ${provider}\n`, 'map', 'mine'],
    ['as a list', 'backends:\n- {name: a, url: http://a}\n', 'list', 'backends'],
    ['as a list at the top level', '- {name: a, url: http://a}\n', 'list', 'the top level'],
    ['as a list with `id` for a name', 'providers:\n- {id: a, url: http://a}\n', 'list', 'providers'],
    ['as a list with `provider` for a name', 'providers:\n- {provider: a, url: http://a}\n', 'list', 'providers'],
    ['as LiteLLM has them', 'model_list:\n- {model_name: a, litellm_params: {model: x}}\n', 'model_list', 'model_list'],
    ['as a value file has them', 'proxy:\n  model_list:\n  - {litellm_params: {}}\n', 'model_list', 'proxy.model_list'],
    ['when one has no address', `providers:\n  a: ${provider}\n  b: {key: x}\n`, 'map', 'providers'],
    ['when one is empty', `providers:\n  a: ${provider}\n  b:\n`, 'map', 'providers'],
    ['when one is an alias', `x: &x ${provider}\nproviders:\n  a: *x\n`, 'map', 'providers'],
    ['when the address is in a variable', 'providers:\n  a: {url: "${A_URL}"}\n', 'map', 'providers'],
    ['by a usual key among others', `providers:\n  a: ${provider}\nhooks:\n  b: ${provider}\n`, 'map', 'providers'],
    ['beside a server with an address', `server: ${provider}\nproviders:\n  a: ${provider}\n`, 'map', 'providers'],
  ])('%s', (_, text, shape, label) => {
    expect(placeOf(text)).toMatchObject({ shape, label });
  });

  it('each entry of `models` is one model where none has several', () => {
    const [one, several] = ['{name: a, model: x, apiBase: http://a}', '{name: a, models: [x], url: http://a}'];
    expect(placeOf(`models:\n- ${one}\n`).perModel).toBe(true);
    expect(placeOf(`models:\n- ${several}\n`).perModel).toBe(false);
    expect(placeOf(`providers:\n- ${one}\n`).perModel).toBe(false);
    // A new entry gets what half of the others have, and must not change the answer by it.
    const other = '{name: b, url: http://b}';
    expect(placeOf(`models:\n- ${one}\n- ${other}\n`).perModel).toBe(true);
    expect(placeOf(`models:\n- ${one}\n- ${other}\n- ${other}\n`).perModel).toBe(false);
  });
});

describe('nothing is found', () => {
  it.each([
    ['in an empty file', ''],
    ['in a comment', '# nothing\n'],
    ['in text', 'text'],
    ['without an address', 'providers:\n  a: {key: x}\n'],
    ['with an address of something else', 'providers:\n  a: {url: "postgres://x"}\n'],
    ['in an empty map', 'providers: {}\n'],
    ['in an empty list', 'model_list: []\n'],
    ['under an empty key', 'providers:\n'],
    ['in a list without names', 'providers:\n- {url: http://a}\n'],
    ['among other things', `providers:\n  a: ${provider}\n  b: 1\n`],
    [
      'where two have the same `provider`',
      'providers:\n- {provider: a, url: http://a}\n- {provider: a, url: http://b}\n',
    ],
  ])('%s', (_, text) => {
    expect(() => placeOf(text)).toThrow('no providers with an address');
  });

  it('in one place where there are two', () => {
    const text = `providers:\n  a: ${provider}\nbackends:\n  b: ${provider}\n`;
    expect(() => placeOf(text)).toThrow('providers may stand in providers as well as in backends');
  });
});
