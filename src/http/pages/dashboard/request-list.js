/** @import { WireAccess, WireLogPage } from '../../routes/logs/log-schema.ts' */
import { askJson } from './api.js';
import { button, element, row, table } from './elements.js';
import { formatCount, formatMs, formatTime, formatUsd, unknown } from './format.js';
import { KeyedList } from './keyed-list.js';
import { Panel } from './panel.js';
import { RequestDetails } from './request-details.js';

const step = 20;
const most = 1000;

/** The last requests, with a filter and all that is kept of each. */
export class RequestList {
  #panel = new Panel('requests');
  #details = new RequestDetails();
  #form = this.#panel.form();
  #rows = element('tbody');
  #none = element('p', {}, 'There is no such request.');
  #table = table('Requests', ['Time', 'Client', 'Model', 'Status', 'Tokens', 'Cost', 'Took', 'More'], this.#rows);
  #limit = step;
  #more = button('Show more', () => {
    this.#limit = Math.min(this.#limit * 2, most);
    void this.refresh();
  });
  /** @type {KeyedList<WireAccess>} */
  #list = new KeyedList(
    this.#rows,
    ({ request_id: id, timestamp, endpoint }) => `${timestamp} ${id} ${endpoint}`,
    (request) => ({ node: this.#row(request), update: () => undefined }),
  );

  show() {
    this.#panel.show();
    this.#panel.fill(this.#none, this.#table, this.#more);
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#limit = step;
      void this.refresh();
    });
  }

  async refresh() {
    await this.#panel.attempt(async () => {
      const path = queryPath(new FormData(this.#form), this.#limit);
      /** @type {WireLogPage} */
      const { results, has_more: hasMore } = await askJson(path);
      this.#list.show(results);
      this.#none.hidden = results.length > 0;
      this.#table.hidden = results.length === 0;
      this.#more.hidden = !hasMore || this.#limit === most;
    });
  }

  /** @param {WireAccess} request */
  #row(request) {
    const { timestamp, client, model, status_code: status, error_code: error, cost_usd: cost } = request;
    const time = formatTime(Date.parse(timestamp), Date.now(), 'second');
    const details = button(
      'Details',
      () => {
        this.#details.open(request);
      },
      {
        'aria-label': `Details of the request of ${client ?? 'unknown'} at ${time}`,
      },
    );
    const failed = error !== null || status >= 400;
    return row(
      element('time', { datetime: timestamp }, time),
      client ?? unknown,
      model,
      element('span', { class: failed ? 'failed' : 'done' }, error === null ? String(status) : `${status} ${error}`),
      `${formatCount(tokensIn(request))} / ${formatCount(request.tokens_output)}`,
      formatUsd(cost),
      formatMs(request.duration_ms),
      details,
    );
  }
}

/**
 * The query for the requests that a filter lets through.
 *
 * @param {FormData} filter
 * @param {number} limit
 */
export function queryPath(filter, limit) {
  const query = new URLSearchParams({ limit: String(limit) });
  for (const [name, value] of filter) {
    const text = typeof value === 'string' ? value.trim() : '';
    if (text !== '') query.set(name, text);
  }
  return `logs/query?${query.toString()}`;
}

/** @param {WireAccess} request */
function tokensIn(request) {
  return (
    request.tokens_input + request.cache_read_tokens + request.cache_write_5m_tokens + request.cache_write_1h_tokens
  );
}
