import { ignoreSignals } from './child.js';
import { Failure, messageOf } from './failure.js';
import { say, warn } from './terminal.js';

/** From this many seconds on, a step says how long it takes. */
const longSeconds = 2;

/** The steps of one run: they are shown, can be left out (`--dry-run`), and are undone when a later one fails. */
export class Steps {
  /** @type {(() => unknown)[]} */
  #undo = [];
  #seconds;

  /**
   * @param {object} [options]
   * @param {boolean} [options.isDryRun]
   * @param {() => number} [options.seconds] a clock
   */
  constructor({ isDryRun = false, seconds = () => performance.now() / 1000 } = {}) {
    this.isDryRun = isDryRun;
    this.#seconds = seconds;
  }

  /**
   * Shows a step, and takes it unless this is a dry run.
   * @param {string} text
   * @param {() => unknown} action
   */
  async step(text, action) {
    if (this.isDryRun) say(`- ${text}`);
    else await this.timed(text, action);
  }

  /**
   * The same also in a dry run. What takes two seconds or more says how long it took.
   * @template T
   * @param {string} text
   * @param {() => T | Promise<T>} action
   * @returns {Promise<T>}
   */
  async timed(text, action) {
    say(`- ${text}`);
    const began = this.#seconds();
    const stopClock = this.#showClock(began);
    let result;
    try {
      result = await action();
    } finally {
      stopClock();
    }
    const took = Math.floor(this.#seconds() - began);
    if (took >= longSeconds) say(`  took ${took} s`);
    return result;
  }

  /**
   * On a terminal the seconds count up meanwhile. The cursor stays at the left, for what the step itself prints.
   * @param {number} began
   */
  #showClock(began) {
    if (!process.stdout.isTTY) return () => {};
    const timer = setInterval(() => {
      const took = Math.floor(this.#seconds() - began);
      if (took >= longSeconds) process.stdout.write(`\r  ${took} s\r`);
    }, 1000);
    return () => {
      clearInterval(timer);
      process.stdout.write('\r\u001B[K');
    };
  }

  /**
   * What undoes a step of this run if a later one fails.
   * @param {() => unknown} undo
   */
  onFailure(undo) {
    if (!this.isDryRun) this.#undo.push(undo);
  }

  /**
   * Has all of the steps in `action` done, or none of them.
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  async allOrNone(action) {
    this.#undo = [];
    try {
      return await action();
    } catch (error) {
      ignoreSignals();
      if (messageOf(error) !== '') warn(`manage.sh: ${messageOf(error)}`);
      warn('That failed. Undoing the steps of this run …');
      await this.#undoAll();
      throw new Failure('', error instanceof Failure ? error.status : 1);
    }
  }

  async #undoAll() {
    let isUndone = true;
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch (error) {
        isUndone = false;
        warn(`manage.sh: ${messageOf(error)}`);
      }
    }
    if (isUndone) warn('Everything is as it was before. Fix the problem above, and run the same command again.');
    else
      warn(
        'Not everything could be undone, as it says above. Fix that and the problem before it, and run the same command again.',
      );
  }
}
