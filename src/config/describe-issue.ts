import type { z } from 'zod';
import type { ConfigProblem } from './config-error.ts';
import type { Assignment } from './layer.ts';
import { showFound, showText } from './show-value.ts';

type Issue = z.core.$ZodIssue;

/** Describes what is wrong with an assigned value, where it is, and what was found there unless that is secret. */
export function describeIssue(issue: Issue, { key, value, where }: Assignment): ConfigProblem[] {
  const inner = issue.path.slice(key.path.split('.').length);
  const isSecret = key.secret || key.isSecretAt?.(inner) === true;
  if (issue.code === 'unrecognized_keys') {
    const messages = issue.message.split('\n');
    return issue.keys.map((name, index) => ({
      where: where([...issue.path, name]),
      path: showPath(key.path, [...inner, name], isSecret, true),
      message: messages[index] ?? issue.message,
    }));
  }
  const badName = issue.code === 'invalid_key';
  const expected = badName ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const found = badName ? showText(String(inner.at(-1))) : showFound(valueAt(value, inner));
  const isHidden = isSecret || key.unquoted === true;
  return [
    {
      where: where(issue.path),
      path: showPath(key.path, inner, isSecret, badName),
      message: `${expected}, found ${isHidden ? 'a hidden value' : found}`,
    },
  ];
}

/** A value that stands for a map of which it is the usual part is found at that part too. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[name] : inner,
    value,
  );
}

/** Such as `server.tokens[2]` or `models.aliases.gpt-4o`. An invalid name may hold a secret, as in `{A=secret}`. */
function showPath(start: string, inner: readonly PropertyKey[], isSecret: boolean, badName: boolean): string {
  return inner.reduce<string>((path, name, index) => {
    if (typeof name === 'number') return `${path}[${name}]`;
    if (isSecret && ((badName && index === inner.length - 1) || !/^[\w-]+$/.test(String(name)))) return path;
    return `${path}.${showText(String(name))}`;
  }, start);
}
