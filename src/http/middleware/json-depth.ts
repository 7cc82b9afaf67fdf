import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';

/** Deeper than anything that somebody means, and far less than what overflows the stack of who walks it. */
export const maxDepth = 500;

/**
 * Refuses bodies that are nested very deep. They can be read, but whatever comes after would run out of stack:
 * `JSON.stringify` at some thousand levels (Node 20), a schema's compiler before that.
 */
export const limitDepth: RequestHandler = (req, _res, next) => {
  const body: unknown = req.body;
  // Of a string each character would be an entry.
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const [name] = fields.find(([, value]) => isDeeper(value, maxDepth)) ?? [];
  if (name === undefined) {
    next();
    return;
  }
  // The name is the client's: one that is no field's name is not repeated.
  const field = /^\w{1,64}$/.test(name) ? name : 'body';
  throw new HarnessError('INVALID_REQUEST', `${field}: nested too deeply; at most ${maxDepth} levels are read.`, {
    param: field,
  });
};

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
