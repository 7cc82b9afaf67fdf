/** @import { WireUsageReport } from '../../routes/logs/log-schema.ts' */
/** @import { Bucket, Range } from './usage-buckets.js' */
import { askJson } from './api.js';
import { Chart } from './chart.js';
import { element, row, table } from './elements.js';
import { formatCount, formatUsd } from './format.js';
import { Panel } from './panel.js';
import { toBuckets, usagePath } from './usage-buckets.js';

/** Requests, failures, tokens and cost over a range of time, as charts and as a table. */
export class UsageCharts {
  #panel = new Panel('usage');
  #rows = element('tbody');
  #note = element('p', { class: 'hint' });
  /** @type {Range} */
  #range = 'today';
  #charts = {
    requests: this.#chart('Requests', [{ label: '', color: '--series-1' }], formatCount),
    failed: this.#chart('Failed requests', [{ label: '', color: '--series-bad' }], formatCount),
    // What was written stands in front of what was read, which is more.
    tokens: this.#chart(
      'Tokens',
      [
        { label: 'in', color: '--series-1' },
        { label: 'out', color: '--series-2' },
      ],
      formatCount,
    ),
    cost: this.#chart('Cost by the API', [{ label: '', color: '--series-3' }], formatUsd),
  };

  show() {
    this.#panel.show();
    const { requests, failed, tokens, cost } = this.#charts;
    this.#panel.fill(
      element('div', { class: 'charts' }, requests.node, tokens.node, cost.node, failed.node),
      this.#note,
      element(
        'details',
        {},
        element('summary', {}, 'The same as a table'),
        table('Use over time', ['From', 'Requests', 'Failed', 'Tokens in', 'Tokens out', 'Cost'], this.#rows),
      ),
    );
  }

  /** @param {Range} range */
  async refresh(range) {
    this.#range = range;
    await this.#panel.attempt(async () => {
      const now = Date.now();
      /** @type {WireUsageReport} */
      const report = await askJson(usagePath('time', range, now));
      // Somebody has chosen another range meanwhile.
      if (range !== this.#range) return;
      this.#draw(toBuckets(report, range, now));
      this.#note.textContent = `${report.prices.note} Prices of ${report.prices.as_of}.`;
      return report.incomplete;
    });
  }

  /** @param {readonly Bucket[]} buckets */
  #draw(buckets) {
    const times = buckets.map(({ start }) => start);
    const total = (/** @type {(bucket: Bucket) => number} */ value) =>
      buckets.reduce((sum, one) => sum + value(one), 0);
    const line = (/** @type {(bucket: Bucket) => number} */ value) => buckets.map(value);
    const { requests, failed, tokens, cost } = this.#charts;
    requests.show(times, [line((one) => one.requests)], `${formatCount(total((one) => one.requests))} in all`);
    failed.show(times, [line((one) => one.failed)], `${formatCount(total((one) => one.failed))} in all`);
    const [tokensIn, tokensOut] = [total((one) => one.tokensIn), total((one) => one.tokensOut)];
    tokens.show(
      times,
      [line((one) => one.tokensIn), line((one) => one.tokensOut)],
      `${formatCount(tokensIn)} in, ${formatCount(tokensOut)} out`,
    );
    cost.show(times, [line((one) => one.costUsd)], `${formatUsd(total((one) => one.costUsd))} in all`);
    const described = buckets.toReversed().map((bucket) => this.#row(bucket));
    this.#rows.replaceChildren(...described);
  }

  /** @param {Bucket} bucket */
  #row({ start, requests, failed, tokensIn, tokensOut, costUsd }) {
    const counts = [requests, failed, tokensIn, tokensOut].map(formatCount);
    return row(this.#formatAt(start), ...counts, formatUsd(costUsd));
  }

  /**
   * @param {string} title
   * @param {import('./chart.js').Line[]} lines
   * @param {(value: number) => string} format
   */
  #chart(title, lines, format) {
    return new Chart({
      title,
      kind: 'bars',
      lines,
      format,
      isCounted: format === formatCount,
      formatAt: (at) => this.#formatAt(at),
    });
  }

  /** @param {number} at */
  #formatAt(at) {
    return this.#range === 'today'
      ? new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
      : new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  }
}
