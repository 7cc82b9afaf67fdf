import { ApiError, describe } from './api.js';
import { find } from './elements.js';

/** A section of the page: what it shows, or why it can't. */
export class Panel {
  #section;
  #problem;
  content;

  /** @param {string} id */
  constructor(id) {
    this.#section = find(document, `#${id}`, HTMLElement);
    this.#problem = find(this.#section, '.problem', HTMLElement);
    this.content = find(this.#section, '.content', HTMLElement);
  }

  show() {
    this.#section.hidden = false;
  }

  hide() {
    this.#section.hidden = true;
  }

  /** @param {readonly (Node | string)[]} nodes */
  fill(...nodes) {
    this.content.replaceChildren(...nodes);
  }

  /** @param {string} selector */
  form(selector = 'form') {
    return find(this.#section, selector, HTMLFormElement);
  }

  /** @param {string} text Nothing, where it is empty. */
  report(text) {
    if (this.#problem.textContent !== text) this.#problem.textContent = text;
    this.#problem.hidden = text === '';
  }

  /**
   * Runs what fetches and shows; what fails is told in the section, which keeps what it showed before. Work may also give
   * what is wrong with what it shows.
   *
   * @param {() => Promise<string | void>} work
   */
  async attempt(work) {
    try {
      this.report((await work()) ?? '');
    } catch (error) {
      // That the service can't be reached is said once, at the top of the page.
      this.report(error instanceof ApiError && error.status === 0 ? '' : describe(error));
    }
  }
}
