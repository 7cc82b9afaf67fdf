import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** @typedef {import('./steps.js').Steps} Steps */

/**
 * Creates a folder and those above it that are missing; what a failure of a later step undoes.
 * @param {string} folder
 * @param {Steps} steps
 */
export function createFolder(folder, steps) {
  if (existsSync(folder)) return;
  createFolder(dirname(folder), steps);
  steps.onFailure(() => {
    removeIfEmpty(folder);
  });
  mkdirSync(folder);
}

/**
 * Files of others keep a folder.
 * @param {string} folder
 */
export function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code = '' } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!['ENOENT', 'ENOTEMPTY'].includes(code)) throw error;
  }
}
