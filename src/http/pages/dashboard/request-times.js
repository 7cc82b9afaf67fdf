/** @import { WireLogStats } from '../../routes/logs/log-schema.ts' */
/** @import { Range } from './usage-buckets.js' */
import { askJson } from './api.js';
import { element, row, table } from './elements.js';
import { formatCount, formatMs } from './format.js';
import { Panel } from './panel.js';
import { startOf } from './usage-buckets.js';

/** How long answers took, and which failures there were. */
export class RequestTimes {
  #panel = new Panel('times');
  /** @type {Range} */
  #range = 'today';

  show() {
    this.#panel.show();
  }

  /** @param {Range} range */
  async refresh(range) {
    this.#range = range;
    await this.#panel.attempt(async () => {
      const start = new Date(startOf(range, Date.now())).toISOString();
      /** @type {WireLogStats} */
      const stats = await askJson(`v1/logs/stats?start_time=${start}`);
      if (range !== this.#range) return;
      this.#panel.fill(timesTable(stats), failures(stats));
    });
  }
}

/** @param {WireLogStats} stats */
function timesTable({ latency }) {
  const { queue_ms: queue, first_token_ms: firstToken, duration_ms: whole, sampled } = latency;
  const rows = [
    row('First token', formatMs(firstToken.p50), formatMs(firstToken.p95)),
    row('Whole answer', formatMs(whole.p50), formatMs(whole.p95)),
    row('Wait in the queue', formatMs(queue.p50), formatMs(queue.p95)),
  ];
  const caption = `Times of the last ${formatCount(sampled)} requests`;
  return table(caption, ['Time', 'Half within', '95 % within'], element('tbody', {}, ...rows));
}

/** @param {WireLogStats} stats */
function failures({ by_error: byError }) {
  const errors = Object.entries(byError).toSorted(([, one], [, other]) => other - one);
  if (errors.length === 0) return element('p', { class: 'hint' }, 'No request failed.');
  const rows = errors.map(([code, count]) => row(element('code', {}, code), formatCount(count)));
  return table('Failures by code', ['Failure', 'Requests'], element('tbody', {}, ...rows));
}
