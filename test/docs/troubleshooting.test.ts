import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { verbs } from '../../deploy/manage/verbs.js';
import { configKeys } from '../../src/config/keys.ts';
import { openAiErrorKinds } from '../../src/dialect/openai-shared/errors.ts';

const page = readFileSync('docs/troubleshooting.md', 'utf8');
const quoted = [...page.matchAll(/`([^`]+)`/g)].flatMap(([, text]) => text ?? []);

it('names error codes, keys and verbs that there are', () => {
  const codes = new Set(Object.values(openAiErrorKinds).map(({ code }) => code));
  const keys = new Set(configKeys.map(({ path }) => path));
  const named = {
    codes: quoted.filter((text) => /^[a-z]+(_[a-z]+)+$/.test(text) && !keys.has(text)),
    keys: quoted.flatMap((text) => /^(?:claude-harness config get )?([a-z]+\.[a-z_]+)$/.exec(text)?.[1] ?? []),
    verbs: quoted.flatMap((text) => /^sudo \.\/manage\.sh (\w+)/.exec(text)?.[1] ?? []),
  };
  expect(named.codes.length * named.keys.length * named.verbs.length).toBeGreaterThan(100);
  expect(named.codes.filter((code) => !codes.has(code))).toEqual([]);
  expect(named.keys.filter((key) => !keys.has(key) && !/\.(md|sh)$/.test(key))).toEqual([]);
  expect(named.verbs.filter((verb) => !(verb in verbs))).toEqual([]);
});
