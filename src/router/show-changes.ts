import { isReference } from './api-key.ts';
import { lineStart, nextLineStart, splitLines } from './lines.ts';
import { applySplices, type Splice } from './splice.ts';

/**
 * The changed lines for people, `-` before and `+` after, under the number of the first. `steps` are the splices of one
 * step after the other, the first on `text`. Keys that stand in the file are hidden.
 */
export function showChanges(text: string, steps: readonly (readonly Splice[])[]): string {
  let current = text;
  let shown = '';
  for (const splices of steps) {
    for (const splice of splices) shown += showSplice(current, splice);
    current = applySplices(current, splices);
  }
  return shown;
}

function showSplice(text: string, { offset, removed, inserted }: Splice): string {
  const start = lineStart(text, offset);
  const behind = offset + removed.length;
  const wholeLines = lineStart(text, behind) === behind && (inserted === '' || inserted.endsWith('\n'));
  const end = wholeLines ? behind : nextLineStart(text, behind);
  const before = splitLines(text.slice(start, end)).map(chomp);
  const after = splitLines(text.slice(start, offset) + inserted + text.slice(behind, end)).map(chomp);
  while (before.length > 0 && before[0] === after[0]) {
    before.shift();
    after.shift();
  }
  const number = text.slice(0, start).split('\n').length;
  const lines = [...before.map((line) => `- ${hideKey(line)}`), ...after.map((line) => `+ ${hideKey(line)}`)];
  return `line ${number}:\n${lines.join('\n')}\n`;
}

function chomp(line: string): string {
  return line.replace(/\r?\n$/, '');
}

/** Hides a value behind a key that says it is secret, unless it only names a variable. */
function hideKey(line: string): string {
  const match = /^(.*(?:key|token|secret|passw\w*|authorization)["']?[ \t]*:[ \t]+)(["']?)(\S.*?)\2([ \t]+#.*)?$/i.exec(
    line,
  );
  const [, before = '', quote = '', value = '', comment = ''] = match ?? [];
  if (match === null || isReference(value) || value === 'unused') return line;
  return `${before}${quote}(hidden)${quote}${comment}`;
}
