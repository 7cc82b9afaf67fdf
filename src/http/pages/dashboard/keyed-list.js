/**
 * What shows one item: its node, and how it changes with the item.
 *
 * @template Item
 * @typedef {{ node: HTMLElement; update: (item: Item) => void }} Shown
 */

/**
 * Shows a list of items, each in a node that stays the same while its item is there: whoever has put the focus on it, or
 * reads it, keeps it when others come.
 *
 * @template Item
 */
export class KeyedList {
  /** @type {Map<string, Shown<Item>>} */
  #shown = new Map();
  #parent;
  #keyOf;
  #build;

  /**
   * @param {HTMLElement} parent
   * @param {(item: Item) => string} keyOf
   * @param {(item: Item) => Shown<Item>} build
   */
  constructor(parent, keyOf, build) {
    this.#parent = parent;
    this.#keyOf = keyOf;
    this.#build = build;
  }

  /** @param {readonly Item[]} items */
  show(items) {
    const keys = new Set(items.map(this.#keyOf));
    for (const [key, { node }] of this.#shown) {
      if (keys.has(key)) continue;
      node.remove();
      this.#shown.delete(key);
    }
    let next = this.#parent.firstElementChild;
    for (const item of items) {
      const { node } = this.#shownFor(item);
      if (node === next) next = next.nextElementSibling;
      else this.#parent.insertBefore(node, next);
    }
  }

  /** @param {Item} item */
  #shownFor(item) {
    const key = this.#keyOf(item);
    const shown = this.#shown.get(key) ?? this.#build(item);
    shown.update(item);
    this.#shown.set(key, shown);
    return shown;
  }
}
