/** @import { WireAccess } from '../../routes/logs/log-schema.ts' */
import { element, find } from './elements.js';
import { formatMs, formatUsd, unknown } from './format.js';

/** Shows all that is kept of a request, over the page. */
export class RequestDetails {
  #dialog = find(document, '#details', HTMLDialogElement);
  #content = find(this.#dialog, '.content', HTMLElement);

  /** @param {WireAccess} request */
  open(request) {
    const facts = Object.entries(request).flatMap(([name, value]) => [
      element('dt', {}, label(name)),
      element('dd', {}, text(name, value)),
    ]);
    this.#content.replaceChildren(element('dl', {}, ...facts));
    this.#dialog.showModal();
  }
}

/** @param {string} name */
function label(name) {
  const words = name.replace(/_(?:ms|usd)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * @param {string} name
 * @param {string | number | boolean | null} value
 */
function text(name, value) {
  if (value === null || value === '') return unknown;
  if (name === 'timestamp') return new Date(String(value)).toLocaleString('en-GB');
  if (name === 'cost_usd') return formatUsd(Number(value));
  if (name.endsWith('_ms')) return formatMs(Number(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
