import { InvalidArgumentError } from 'commander';

/** `--name`, which also becomes part of comments and variable names. */
export function parseEntryName(value: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(value)) {
    throw new InvalidArgumentError('Expected 1 to 64 letters, digits, _, . and -, beginning with a letter or digit.');
  }
  return value;
}

/** `--models`: names separated by commas, without duplicates. */
export function parseModelNames(value: string): string[] {
  const names = [...new Set(value.split(',').map((name) => name.trim()))];
  if (names.some((name) => !/^\P{Cc}{1,256}$/u.test(name)))
    throw new InvalidArgumentError('Expected names such as a,b.');
  return names;
}

/** `--priority`. */
export function parseWholeNumber(value: string): number {
  if (!/^-?\d{1,9}$/.test(value)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(value);
}
