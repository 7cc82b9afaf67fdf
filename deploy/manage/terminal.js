import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { interrupted } from './child.js';

/** @param {string} text a line of the result */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {string} text a line about what went wrong */
export function warn(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * In single quotes, with everything in it that could be taken for something else escaped.
 * @param {string} text
 */
export function quote(text) {
  return `'${text.replace(/['\\\p{C}]/gu, (character) => JSON.stringify(character).slice(1, -1))}'`;
}

/**
 * The first line of standard input; from a terminal it is asked for, and not shown.
 * @param {string} prompt
 * @returns {Promise<string>}
 */
export async function readSecret(prompt) {
  const isTerminal = process.stdin.isTTY;
  // With a terminal, readline would show what is typed.
  const nowhere = new PassThrough().resume();
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  const giveUp = () => {
    lines.close();
  };
  interrupted.addEventListener('abort', giveUp);
  if (isTerminal) process.stderr.write(prompt);
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    interrupted.removeEventListener('abort', giveUp);
    lines.close();
    if (isTerminal) process.stderr.write('\n');
  }
}
