import type { Value, Values } from '../shared-state.ts';

/**
 * A statement with parameters by name as PostgreSQL wants it, with numbers. A comparison that holds for null as well is
 * written out for the value that it has: PostgreSQL uses no index for it otherwise. NUL, which PostgreSQL's text can't
 * have, becomes the character that stands for what has no UTF-8.
 */
export function bind(sql: string, values: Values): { text: string; values: Value[] } {
  const numbers = new Map<string, number>();
  const numbered = (name: string): string => {
    const number = numbers.get(name) ?? numbers.size + 1;
    numbers.set(name, number);
    return `$${number}`;
  };
  const text = sql.replace(/IS NOT DISTINCT FROM @(\w+)|@(\w+)/g, (_, compared?: string, name = '') => {
    if (compared === undefined) return numbered(name as string);
    return values[compared] === null ? 'IS NULL' : `= ${numbered(compared)}`;
  });
  return { text, values: [...numbers.keys()].map((name) => toParameter(values, name)) };
}

function toParameter(values: Values, name: string): Value {
  const value = values[name];
  if (value === undefined) throw new Error(`the parameter ${name} has no value`);
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value;
}
