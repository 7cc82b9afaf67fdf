import { invalidRequest } from './invalid-request.ts';

/** A call's arguments, which come as JSON text; as an empty string from some models when there are none. */
export function parseArguments(json: string, param: string): Record<string, unknown> {
  if (json.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw invalidRequest(param, 'must be a string that contains valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidRequest(param, 'must contain a JSON object, such as {}.');
  }
  return value as Record<string, unknown>;
}
