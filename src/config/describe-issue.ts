import type { z } from 'zod';
import type { ConfigProblem } from './config-error.ts';
import type { ConfigKey } from './keys.ts';
import type { Assignment } from './layer.ts';
import { showFound, showText } from './show-value.ts';

type Issue = z.core.$ZodIssue;

/** Describes what is wrong with an assigned value, where it is, and what was found there unless that is secret. */
export function describeIssue(issue: Issue, { key, value, where }: Assignment): ConfigProblem {
  const inner = issue.path.slice(key.path.split('.').length);
  const badName = issue.code === 'invalid_key';
  const expected = badName ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const found = badName ? showText(String(inner.at(-1))) : showFound(valueAt(value, inner));
  return {
    where: where(issue.path),
    path: showPath(key, inner, badName),
    message: `${expected}, found ${key.secret || key.unquoted === true ? 'a hidden value' : found}`,
  };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[name] : undefined,
    value,
  );
}

/** Such as `server.tokens[2]` or `models.aliases.gpt-4o`. An invalid name may hold a secret, as in `{A=secret}`. */
function showPath(key: ConfigKey, inner: readonly PropertyKey[], badName: boolean): string {
  return inner.reduce<string>((path, name) => {
    if (typeof name === 'number') return `${path}[${name}]`;
    if (key.secret && (badName || !/^\w+$/.test(String(name)))) return path;
    return `${path}.${showText(String(name))}`;
  }, key.path);
}
