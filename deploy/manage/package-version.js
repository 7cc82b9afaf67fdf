import { join } from 'node:path';
import { readFileIfThere } from './installation.js';

/**
 * The version of what is in a folder, as its package.json says.
 * @param {string} folder
 */
export function packageVersion(folder) {
  /** @type {{ version?: string }} */
  const { version = '' } = readJson(join(folder, 'package.json'));
  return version;
}

/**
 * As the program says it, without a build: `0.1.0 (abc1234, 2026-11-29)`, or the number alone.
 * @param {string} folder
 */
export function describeVersion(folder) {
  /** @type {{ commit?: string, date?: string }} */
  const { commit, date } = readJson(join(folder, 'dist/build-info.json'));
  return commit === undefined ? packageVersion(folder) : `${packageVersion(folder)} (${commit}, ${date})`;
}

/**
 * An object from a file of this project; empty where there is none.
 * @param {string} file
 * @returns {object}
 */
export function readJson(file) {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileIfThere(file) || '{}');
  return typeof parsed === 'object' && parsed !== null ? parsed : {};
}
