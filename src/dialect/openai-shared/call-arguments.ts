import { jsonrepair } from 'jsonrepair';
import { isObject } from '../../core/is-object.ts';
import { parseJson } from '../../core/parse-json.ts';

/**
 * The arguments of an earlier call as the object that the API requires. Models and cut streams leave others behind, and a
 * conversation that holds one has to go on: what is nearly JSON is repaired, and any other value becomes the one argument.
 */
export function toArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  const value = parseJson(text) ?? parseJson(repaired(text));
  // Some models write the object into a string.
  const inner = typeof value === 'string' ? parseJson(value) : undefined;
  if (isObject(inner)) return inner;
  if (isObject(value)) return value;
  return value === null ? {} : { arguments: value ?? text };
}

/** A made-up name of an earlier call as the API takes it; clients have already answered the call. */
export function toCalledName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64);
}

function repaired(text: string): string {
  try {
    return jsonrepair(text);
  } catch {
    return '';
  }
}
