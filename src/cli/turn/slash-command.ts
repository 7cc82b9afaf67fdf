/**
 * A word after a slash, alone or before a blank, at the start of the last block: what the CLI takes for a command of its
 * own and answers itself, even with `--disable-slash-commands`. A path is none.
 */
const command = /^\/[^\s/]+(?:\s|$)/;

/** Keeps a prompt such as `/context` a prompt: a line break before the slash hides it (2.1.197 to 2.1.332). */
export function withoutCommand<Block extends { type: string }>(
  content: readonly (Block | { type: 'text'; text: string })[],
): readonly (Block | { type: 'text'; text: string })[] {
  const last = content.at(-1);
  if (last?.type !== 'text' || !('text' in last) || !command.test(last.text)) return content;
  return [...content.slice(0, -1), { type: 'text', text: `\n${last.text}` }];
}
