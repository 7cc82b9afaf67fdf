/** @import { PermissionEvent, PermissionRequest } from '../../../dialect/permissions/types.ts' */
/** @import { ServerSentEvent } from './server-sent-events.js' */
import { ApiError, ask, askJson, posting } from './api.js';
import { button, element } from './elements.js';
import { formatTime } from './format.js';
import { KeyedList } from './keyed-list.js';
import { Panel } from './panel.js';
import { parseData } from './server-sent-events.js';

/** What of a call tells the most, in the order in which it is looked for. */
const subjects = ['command', 'file_path', 'path', 'url', 'pattern'];

/** What agents ask before they do it, with what they want to do and buttons to allow or deny it. */
export class Questions {
  #panel = new Panel('questions');
  #none = element('p', {}, 'No agent waits for an answer.');
  #cards = element('ul', { class: 'cards' });
  /** @type {Map<string, PermissionRequest>} */
  #pending = new Map();
  /** @type {KeyedList<PermissionRequest>} */
  #list = new KeyedList(
    this.#cards,
    ({ request_id: id }) => id,
    (question) => ({ node: this.#card(question), update: () => undefined }),
  );

  show() {
    this.#panel.show();
    this.#panel.fill(this.#none, this.#cards);
  }

  /** The stream begins again, with all that wait. */
  begin() {
    this.#pending.clear();
    this.#draw();
  }

  /** @param {ServerSentEvent} event */
  take({ name, data }) {
    if (name === 'ping') return;
    /** @type {PermissionEvent} */
    const event = parseData(data);
    if (event.type === 'permission_request') this.#pending.set(event.request_id, event);
    else this.#pending.delete(event.request_id);
    this.#draw();
  }

  #draw() {
    this.#none.hidden = this.#pending.size > 0;
    this.#list.show([...this.#pending.values()]);
  }

  /** @param {PermissionRequest} question */
  #card({ request_id: id, agent, tool_name: tool, input, expires_at: expiresAt }) {
    const subject = subjects.map((name) => input[name]).find((value) => value !== undefined) ?? JSON.stringify(input);
    const title = `${agent} wants to use ${tool}`;
    const deadline = expiresAt === null ? [] : [` until ${formatTime(Date.parse(expiresAt), Date.now())}`];
    const allow = button('Allow', () => void this.#answer(id, true, buttons), { 'aria-label': `Allow: ${title}` });
    const deny = button('Deny', () => void this.#answer(id, false, buttons), { 'aria-label': `Deny: ${title}` });
    const buttons = [allow, deny];
    return element(
      'li',
      {},
      element('h3', {}, title, ...deadline),
      element('pre', {}, element('code', {}, subject)),
      element('div', { class: 'buttons' }, ...buttons),
    );
  }

  /**
   * @param {string} id
   * @param {boolean} allowed
   * @param {readonly HTMLButtonElement[]} buttons
   */
  async #answer(id, allowed, buttons) {
    for (const one of buttons) one.disabled = true;
    await this.#panel.attempt(async () => {
      try {
        await ask(`permissions/${encodeURIComponent(id)}/respond`, posting({ allowed }));
        this.#remove(id);
      } catch (error) {
        if (error instanceof ApiError && (await this.#isSettled(id))) this.#remove(id);
        else {
          for (const one of buttons) one.disabled = false;
          throw error;
        }
      }
    });
  }

  /**
   * Somebody else may have been faster.
   *
   * @param {string} id
   */
  async #isSettled(id) {
    try {
      /** @type {{ status: string }} */
      const { status } = await askJson(`permissions/${encodeURIComponent(id)}`);
      return status !== 'pending';
    } catch (error) {
      return error instanceof ApiError && error.status === 404;
    }
  }

  /** @param {string} id */
  #remove(id) {
    this.#pending.delete(id);
    this.#draw();
  }
}
