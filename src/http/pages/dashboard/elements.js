/**
 * Makes an element; texts among the children stay texts. Attributes that are `undefined` or false are left out, and true
 * ones have no value.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Readonly<Record<string, string | boolean | undefined>>} [attributes]
 * @param {readonly (Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/**
 * A button that does something.
 *
 * @param {string} text
 * @param {() => void} onClick
 * @param {Readonly<Record<string, string | boolean | undefined>>} [attributes]
 */
export function button(text, onClick, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, text);
  made.addEventListener('click', onClick);
  return made;
}

/**
 * The one element that a selector means; throws where the markup has none of this kind.
 *
 * @template {HTMLElement} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}.`);
}

/**
 * A table with a caption for those who can't see what stands above it.
 *
 * @param {string} caption
 * @param {readonly string[]} headings
 * @param {HTMLTableSectionElement} body
 */
export function table(caption, headings, body) {
  const head = element(
    'thead',
    {},
    element('tr', {}, ...headings.map((heading) => element('th', { scope: 'col' }, heading))),
  );
  // It scrolls by itself where the screen is narrow; by keyboard, too.
  return element(
    'div',
    { class: 'table', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', {}, element('caption', { class: 'unseen' }, caption), head, body),
  );
}

/**
 * A row whose first cell names it.
 *
 * @param {string | Node} name
 * @param {readonly (string | Node)[]} cells
 */
export function row(name, ...cells) {
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells.map((cell) => element('td', {}, cell)));
}

/**
 * Text in which `backticks` mark what is typed into a terminal.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withCommands(text) {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : element('code', {}, part)));
}
