import { expect, it } from 'vitest';
import { tokenCommand } from '../../src/command/token.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { loadText } from '../config/config-folder.ts';

function print(): { text: string; token: string } {
  let text = '';
  tokenCommand((part) => {
    text += part;
  });
  return { text, token: /ch_[\w-]+/.exec(text)?.[0] ?? '' };
}

it('a token has 256 random bits and is shown only once', () => {
  const { text, token } = print();
  expect(token).toMatch(/^ch_[A-Za-z0-9_-]{43}$/);
  expect(Buffer.from(token.slice(3), 'base64url')).toHaveLength(32);
  expect(text.split(token)).toHaveLength(2);
});

it('two tokens differ', () => {
  expect(print().token).not.toBe(print().token);
});

it("the token's hash stands on a line of its own", () => {
  const { text, token } = print();
  expect(text.split('\n')).toContain(`  ${hashToken(token)}`);
});

it('the snippet can be pasted into the config file', () => {
  const { text, token } = print();
  expect(loadText(text.slice(text.indexOf('server:'))).config.server.tokens).toEqual([
    { hash: hashToken(token), role: 'client' },
  ]);
});
