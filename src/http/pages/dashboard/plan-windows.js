/** @import { WireQuota } from '../../routes/quota/quota-schema.ts' */
/** @import { QuotaBucket, QuotaHistory } from './quota.js' */
import { askJson } from './api.js';
import { Chart } from './chart.js';
import { element } from './elements.js';
import { formatShare } from './format.js';
import { Panel } from './panel.js';
import { describeBucket, toLines, windowTitle } from './quota.js';

const colors = ['--series-1', '--series-2', '--series-3', '--series-4'];

/** The windows of the plan: how much is used, until when it lasts, and how that came about. */
export class PlanWindows {
  #panel = new Panel('plan');
  /** @type {Chart | undefined} */
  #chart;
  #charted = '';

  show() {
    this.#panel.show();
  }

  async refresh() {
    await this.#panel.attempt(async () => {
      const { buckets, history = [] } = await quota();
      if (buckets.length === 0) {
        this.#panel.fill(element('p', {}, 'Nothing is known of the plan’s windows yet; an answer of the API tells.'));
        return;
      }
      const now = Date.now();
      this.#panel.fill(...buckets.map((bucket) => bar(bucket, now)), ...this.#curve(history));
    });
  }

  /** @param {readonly QuotaHistory[]} history */
  #curve(history) {
    const { times, lines } = toLines(history);
    if (times.length < 2) return [];
    const titles = history.map(windowTitle);
    const chart = this.#chartOf(titles);
    const last = history.map(
      ({ points }, place) => `${titles[place] ?? ''} ${formatShare(points.at(-1)?.utilization ?? 0)}`,
    );
    queueMicrotask(() => {
      chart.show(times, lines, `at the end ${last.join(', ')}`);
    });
    return [chart.node];
  }

  /** @param {readonly string[]} titles */
  #chartOf(titles) {
    if (this.#chart === undefined || this.#charted !== titles.join()) {
      this.#charted = titles.join();
      this.#chart = new Chart({
        title: `The last 7 days: ${titles.join(' and ')}`,
        kind: 'lines',
        lines: titles.map((label, place) => ({
          label,
          color: colors[place % colors.length] ?? '--series-1',
        })),
        format: formatShare,
        formatAt: (at) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }),
        range: [0, 1],
      });
    }
    return this.#chart;
  }
}

/** @returns {Promise<WireQuota>} */
function quota() {
  return askJson('v1/usage/quota?history=7d');
}

/**
 * @param {QuotaBucket} bucket
 * @param {number} now
 */
function bar(bucket, now) {
  const { login = '', type, status, utilization } = bucket;
  const share = Math.min(utilization ?? 0, 1);
  const text = describeBucket(bucket, now);
  const id = `window-${login}-${type}`;
  const filled = element('div', { class: `filled ${status}` });
  filled.style.width = `${share * 100}%`;
  return element(
    'div',
    { class: 'window' },
    element('h3', { id }, windowTitle(bucket)),
    element(
      'div',
      {
        class: 'bar',
        role: 'meter',
        'aria-labelledby': id,
        'aria-valuemin': '0',
        'aria-valuemax': '100',
        'aria-valuenow': String(Math.round(share * 100)),
        'aria-valuetext': text,
      },
      filled,
    ),
    element('p', { class: 'hint' }, text),
  );
}
