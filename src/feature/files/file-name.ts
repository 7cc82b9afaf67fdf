import { invalidName } from './file-errors.ts';

const maxChars = 500;

/**
 * The name under which a file is kept: the last part of the path that was sent. Throws `INVALID_REQUEST` for what leads
 * out of a folder, for control characters, and for what is too long.
 */
export function fileNameOf(sent: string): string {
  const parts = sent.split(/[/\\]/);
  if (parts.includes('..')) throw invalidName('leads out of its folder; leave out "..", or send the name alone');
  const name = parts.at(-1)?.trim() ?? '';
  if (name === '' || name === '.') throw invalidName('is empty; send one with the part of the form, as filename="…"');
  // Half a pair of surrogates, which has no UTF-8, is one of the latter.
  if (/[\p{Cc}\p{Cs}]/u.test(name)) throw invalidName('has control characters, or is not valid UTF-8');
  if (Array.from(name).length > maxChars) throw invalidName(`is too long; it may have ${maxChars} characters`);
  return name;
}
