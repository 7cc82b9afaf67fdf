import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from './failure.js';

/**
 * @typedef {object} ChildOptions
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [env] besides that of this program
 * @property {string} [input] what it reads; otherwise it reads what this program does
 */

const interruption = new AbortController();
/** Aborted by the first signal that is to end this program, with a `Failure` of that status as its reason. */
export const interrupted = interruption.signal;
let isDeaf = false;

/**
 * Has a signal end what runs at the time, and this program with it, which can then undo what it has done.
 */
export function catchSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!isDeaf) interruption.abort(new Failure('', 128 + constants.signals[signal]));
    });
  }
}

/** While something is undone, which is to come to its end. */
export function ignoreSignals() {
  isDeaf = true;
}

/** Throws where a signal has come. */
function throwIfInterrupted() {
  if (!isDeaf) interrupted.throwIfAborted();
}

/**
 * Waits; ends early, with its error, when a signal comes.
 * @param {number} ms
 */
export async function pause(ms) {
  const options = isDeaf ? {} : { signal: interrupted };
  await sleep(ms, undefined, options).catch(() => {});
  throwIfInterrupted();
}

/**
 * Runs a command with this program's terminal; gives its exit status as shells do.
 * @param {readonly string[]} command
 * @param {ChildOptions} [options]
 */
export async function run(command, options) {
  return (await start(command, options, 'inherit')).status;
}

/**
 * Runs a command, and ends this run where that fails, which it says itself.
 * @param {readonly string[]} command
 * @param {ChildOptions} [options]
 */
export async function must(command, options) {
  const status = await run(command, options);
  if (status !== 0) throw new Failure(`${command.join(' ')}: ended with ${status}`);
}

/**
 * Runs a command, and gives what it prints.
 * @param {readonly string[]} command
 * @param {ChildOptions & { stderr?: 'show' | 'hide' | 'join' }} [options] what becomes of its standard error; by default it is shown
 * @returns {Promise<{ status: number, text: string }>}
 */
export async function capture(command, { stderr = 'show', ...options } = {}) {
  return start(command, options, 'pipe', stderr);
}

/**
 * @param {readonly string[]} command
 * @param {ChildOptions | undefined} options
 * @param {'inherit' | 'pipe'} stdout
 * @param {'show' | 'hide' | 'join'} [stderr]
 * @returns {Promise<{ status: number, text: string }>}
 */
async function start([program = '', ...args], { cwd, env, input } = {}, stdout, stderr = 'show') {
  throwIfInterrupted();
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: [
      input === undefined ? 'inherit' : 'pipe',
      stdout,
      stderr === 'show' ? 'inherit' : stderr === 'hide' ? 'ignore' : 'pipe',
    ],
  });
  // Its end is waited for, and whoever pressed Ctrl-C has sent it to the child as well.
  const endIt = () => child.kill('SIGTERM');
  if (!isDeaf) interrupted.addEventListener('abort', endIt);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ piece) => (text += piece));
  }
  // A program that does not read what it is given has its reasons, and a status that tells them.
  child.stdin?.on('error', () => {}).end(input);
  /** @type {number} */
  const status = await new Promise((resolve) => {
    child.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (stderr === 'show') process.stderr.write(`${error.message}\n`);
      else text += `${error.message}\n`;
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
  interrupted.removeEventListener('abort', endIt);
  throwIfInterrupted();
  return { status, text };
}
