/** @import { WireTurn, WireTurnList } from '../../routes/turns/turn-schema.ts' */
import { ask, ApiError, askJson } from './api.js';
import { button, element, row, table } from './elements.js';
import { formatCount, formatMs } from './format.js';
import { KeyedList } from './keyed-list.js';
import { Panel } from './panel.js';

/** The requests that are being answered, each with a button that cancels it where the visitor may. */
export class LiveTurns {
  #panel = new Panel('turns');
  #none = element('p', {}, 'Nothing is being answered.');
  #rows = element('tbody');
  #table;
  #mayCancel;
  #onChange;
  #seen = '';
  /** @type {KeyedList<WireTurn>} */
  #list;

  /**
   * @param {boolean} mayCancel
   * @param {() => void} onChange Others run than did before.
   */
  constructor(mayCancel, onChange) {
    this.#mayCancel = mayCancel;
    this.#onChange = onChange;
    const headings = ['Client', 'Model', 'For', 'Tokens so far', ...(mayCancel ? ['Action'] : [])];
    this.#table = table('Requests that are being answered', headings, this.#rows);
    this.#list = new KeyedList(
      this.#rows,
      ({ request_id: id, started_at: startedAt }) => `${id} ${startedAt}`,
      (turn) => this.#row(turn),
    );
  }

  show() {
    this.#panel.show();
    this.#panel.fill(this.#none, this.#table);
  }

  async refresh() {
    await this.#panel.attempt(async () => {
      /** @type {WireTurnList} */
      const { data } = await askJson('v1/turns');
      this.#none.hidden = data.length > 0;
      this.#table.hidden = data.length === 0;
      this.#list.show(data);
      const ids = data.map(({ request_id: id }) => id).join();
      if (ids !== this.#seen) this.#onChange();
      this.#seen = ids;
    });
  }

  /** @param {WireTurn} turn */
  #row({ request_id: id, client, model }) {
    const age = element('span');
    const tokens = element('span');
    const name = client ?? 'unknown';
    const actions = this.#mayCancel ? [this.#cancelButton(id, `Cancel the request of ${name} to ${model}`)] : [];
    return {
      node: row(name, model, age, tokens, ...actions),
      update: (/** @type {WireTurn} */ now) => {
        age.textContent = formatMs(now.age_ms);
        tokens.textContent = formatCount(now.tokens_output);
      },
    };
  }

  /**
   * @param {string} id
   * @param {string} label
   */
  #cancelButton(id, label) {
    const cancel = button('Cancel', () => void this.#cancel(id, cancel), { 'aria-label': label });
    return cancel;
  }

  /**
   * @param {string} id
   * @param {HTMLButtonElement} cancel
   */
  async #cancel(id, cancel) {
    cancel.disabled = true;
    await this.#panel.attempt(async () => {
      try {
        await ask(`v1/turns/${encodeURIComponent(id)}`, { method: 'DELETE' });
      } catch (error) {
        cancel.disabled = false;
        // It was over before.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    });
    await this.refresh();
  }
}
