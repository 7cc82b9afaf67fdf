/** @import { WireBatchesState } from '../../routes/quota/quota-schema.ts' */
import { askJson } from './api.js';
import { describeBatches } from './batches-text.js';
import { element } from './elements.js';
import { Panel } from './panel.js';

/** What batches do; hidden where there are none. */
export class Batches {
  #panel = new Panel('batches');

  async refresh() {
    await this.#panel.attempt(async () => {
      const state = await batchesState();
      const { left, succeeded, errored } = state.requests;
      const done = succeeded + errored;
      if (state.batches === 0 && left === 0) {
        this.#panel.hide();
        return;
      }
      this.#panel.show();
      const text = describeBatches(state, Date.now());
      const bar = element('progress', { max: String(left + done), value: String(done), 'aria-label': text });
      this.#panel.fill(bar, element('p', { class: 'hint' }, text));
    });
  }
}

/** @returns {Promise<WireBatchesState>} */
function batchesState() {
  return askJson('v1/usage/batches');
}
