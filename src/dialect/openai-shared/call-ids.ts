import type { EarlierCalls } from '../../core/earlier-calls.ts';

/**
 * Tracks which tool calls of a conversation wait for their result. The CLI silently drops a result without a call and
 * makes one up for a call without a result, so both are refused before they get there.
 */
export class CallIds {
  readonly #known: Set<string>;
  /** The client's id of each call that waits, and the unique one. */
  readonly #open: Map<string, string>;

  constructor({ known, open }: EarlierCalls = { known: [], open: [] }) {
    this.#known = new Set(known);
    this.#open = new Map(open.map((id) => [id, id]));
  }

  /** The client's ids of the calls that wait. */
  get open(): readonly string[] {
    return [...this.#open.keys()];
  }

  /**
   * Records a call, and returns an id that no other call of the conversation has: some servers number theirs anew in
   * each answer, and the API requires unique ones. `suffix` makes it unique. `undefined` when a call of that id is waiting
   * already.
   */
  add(id: string, suffix: number): string | undefined {
    if (this.#open.has(id)) return undefined;
    const unique = this.#toUnique(id, suffix);
    this.#known.add(unique);
    this.#open.set(id, unique);
    return unique;
  }

  /** Records a result, and returns the unique id of its call; `undefined` when none waits for it. */
  answer(id: string): string | undefined {
    const unique = this.#open.get(id);
    this.#open.delete(id);
    return unique;
  }

  #toUnique(id: string, suffix: number): string {
    if (!this.#known.has(id)) return id;
    // The CLI takes an id with a number behind `_` for a copy of the one without, and drops its result (2.1.332).
    let unique = `${id}_again${suffix}`;
    while (this.#known.has(unique)) unique += '_';
    return unique;
  }
}

const maxListed = 10;

/** For errors: some of the ids. */
export function listIds(ids: readonly string[]): string {
  const listed = ids.slice(0, maxListed).map(quoteId).join(', ');
  return ids.length > maxListed ? `${listed} and ${ids.length - maxListed} more` : listed;
}

/** Ids are the client's own text: cut short, and control characters escaped. */
export function quoteId(id: string): string {
  return JSON.stringify(id.slice(0, 64));
}
