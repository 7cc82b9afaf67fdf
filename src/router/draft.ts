import { isDeepStrictEqual } from 'node:util';
import { getIn, type Path, setIn } from './data.ts';
import { CannotSpliceError } from './errors.ts';
import type { Language } from './language.ts';
import { applySplices, type Splice } from './splice.ts';

/** A text on its way from the old file to the new one, each step proven. */
export class Draft {
  readonly language: Language;
  /** The splices of one step after the other, the first on the old text. */
  readonly changes: Splice[][] = [];
  text: string;

  constructor(text: string, language: Language) {
    this.text = text;
    this.language = language;
  }

  get data(): unknown {
    return this.language.read(this.text);
  }

  /** Puts a value behind the others of a collection; `key` names it in a map. */
  add(path: Path, key: string | undefined, value: unknown): void {
    this.apply(this.language.add(this.text, path, key, value), (data) => {
      const list = getIn(data, path);
      if (key === undefined) return setIn(data, path, [...(Array.isArray(list) ? (list as unknown[]) : []), value]);
      return setIn(data, [...path, key], value);
    });
  }

  remove(path: Path): void {
    this.apply(this.language.remove(this.text, path), (data) => setIn(data, path, undefined));
  }

  set(path: Path, value: unknown): void {
    this.apply(this.language.set(this.text, path, value), (data) => setIn(data, path, value));
  }

  /**
   * Applies a step and proves it: read as each version of the language, the new text holds the old data with `change`
   * and nothing else; what an anchor carries elsewhere counts as something else. Throws `CannotSpliceError` otherwise.
   */
  apply(splices: Splice[], change: (data: unknown, version: string) => unknown): void {
    const after = applySplices(this.text, splices);
    const { versions } = this.language;
    if (
      !versions.every((version) => isDeepStrictEqual(change(this.#read(version), version), this.#try(after, version)))
    )
      throw unproven();
    this.text = after;
    this.changes.push(splices);
  }

  #read(version: string): unknown {
    return this.language.read(this.text, version);
  }

  /** An anchor that is gone, or text that is no YAML any more, is not what was meant. */
  #try(text: string, version: string): unknown {
    try {
      return this.language.read(text, version);
    } catch {
      throw unproven();
    }
  }
}

export function unproven(): CannotSpliceError {
  return new CannotSpliceError(
    'the change would do more to it than it should (an anchor, an alias or unusual layout is in the way)',
  );
}
