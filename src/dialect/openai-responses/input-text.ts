import { isObject } from '../../core/is-object.ts';
import { parseJson } from '../../core/parse-json.ts';

/** Up to the first character of the text. */
const beginning = /^\s*\{\s*"input"\s*:\s*"/;
/** What is complete of a JSON string: characters and escapes, surrogates in pairs only. */
const complete =
  /^(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[dD][89abAB][\da-fA-F]{2}\\u[\da-fA-F]{4}|\\u(?![dD][89abAB])[\da-fA-F]{4})*/u;

/** Reads the text of a call's arguments, `{"input": "the text"}`, while they are being written. */
export class InputText {
  /** All of the arguments until the text begins, then what of it is not read yet. */
  #rest = '';
  #hasBegun = false;
  #text = '';

  /** As far as it is known. */
  get text(): string {
    return this.#text;
  }

  /** Gives what of the text has become known. */
  write(json: string): string {
    this.#rest += json;
    if (!this.#hasBegun) {
      const begins = beginning.exec(this.#rest);
      if (begins === null) return '';
      this.#hasBegun = true;
      this.#rest = this.#rest.slice(begins[0].length);
    }
    const raw = complete.exec(this.#rest)?.[0] ?? '';
    // What follows the end of the text stays behind its quotation mark, and is never read.
    this.#rest = this.#rest.slice(raw.length);
    return this.#add(JSON.parse(`"${raw}"`) as string);
  }

  /** Gives the rest. Arguments in any other form are the text themselves. */
  end(): string {
    if (this.#hasBegun) return '';
    const value = parseJson(this.#rest);
    const input = isObject(value) ? value['input'] : undefined;
    return this.#add(typeof input === 'string' ? input : this.#rest);
  }

  #add(delta: string): string {
    this.#text += delta;
    return delta;
  }
}
