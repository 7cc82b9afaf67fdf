/** @import { WireUsageGroup, WireUsageReport } from '../../routes/logs/log-schema.ts' */
/** @import { Range } from './usage-buckets.js' */
import { askJson } from './api.js';
import { element, row, table } from './elements.js';
import { formatCount, formatUsd } from './format.js';
import { Panel } from './panel.js';
import { usagePath } from './usage-buckets.js';

const mostRows = 12;

/** Who has used what, by model or by client, the most first. */
export class UsageGroups {
  #panel;
  #by;
  /** @type {Range} */
  #range = 'today';

  /** @param {'model' | 'client'} by */
  constructor(by) {
    this.#by = by;
    this.#panel = new Panel(`${by}s`);
  }

  show() {
    this.#panel.show();
  }

  /** @param {Range} range */
  async refresh(range) {
    this.#range = range;
    await this.#panel.attempt(async () => {
      /** @type {WireUsageReport} */
      const { data, total, incomplete } = await askJson(usagePath(this.#by, range, Date.now()));
      if (range !== this.#range) return;
      this.#panel.fill(
        data.length === 0 ? element('p', {}, 'Nothing was asked in this time.') : this.#table(data, total),
      );
      return incomplete;
    });
  }

  /**
   * @param {readonly WireUsageGroup[]} groups
   * @param {WireUsageReport['total']} total
   */
  #table(groups, total) {
    const sorted = groups.toSorted((one, other) => other.tokens_total - one.tokens_total);
    const rows = sorted.slice(0, mostRows).map((group) => {
      const name = group[this.#by] ?? 'without a name';
      const cost = group.unpriced_requests === group.requests ? null : group.cost_usd;
      const share = total.tokens_total === 0 ? 0 : group.tokens_total / total.tokens_total;
      return row(
        withShare(name, share),
        ...[group.requests, group.failed, group.tokens_total].map(formatCount),
        formatUsd(cost),
      );
    });
    return table(
      `Use by ${this.#by}`,
      [this.#by === 'model' ? 'Model' : 'Client', 'Requests', 'Failed', 'Tokens', 'Cost'],
      element('tbody', {}, ...rows),
    );
  }
}

/**
 * A name over a bar as long as its share of all tokens.
 *
 * @param {string} name
 * @param {number} share
 */
function withShare(name, share) {
  const bar = element('span', { class: 'share', 'aria-hidden': 'true' });
  bar.style.width = `${share * 100}%`;
  return element('span', { class: 'shared' }, name, bar);
}
