import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCodes } from '../../src/core/errors.ts';
import { messagesErrorKinds } from '../../src/dialect/anthropic-messages/errors.ts';
import { openAiErrorKinds } from '../../src/dialect/openai-shared/errors.ts';

/** The cells of each row whose first cell is a code. */
function readRows(): string[][] {
  const document = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = document.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );
}

it('docs/errors.md lists every error once, with the code and status that clients see', () => {
  const documented = readRows().map((cells) => cells.slice(0, 4).join(' '));
  const sent = errorCodes.map((code) => {
    const chat = openAiErrorKinds[code];
    const messages = messagesErrorKinds[code];
    return `\`${chat.code}\` ${chat.status} \`${code}\` ${messages.status} \`${messages.type}\``;
  });
  expect(documented.sort()).toEqual(sent.sort());
});

it('docs/errors.md says for every error what happened and what to do', () => {
  for (const [code, , , , happened, advice, ...rest] of readRows()) {
    expect([code, happened?.endsWith('.'), advice?.endsWith('.'), rest]).toEqual([code, true, true, []]);
  }
});
