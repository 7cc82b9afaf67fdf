import { isObject } from '../../core/is-object.ts';
import { parseJson } from '../../core/parse-json.ts';
import { CallItem } from './call-item.ts';
import type { EventBody } from './types.ts';

/** A call whose item shows nothing of its arguments before it is complete. */
export abstract class SilentCallItem extends CallItem {
  #json = '';

  write(json: string): EventBody[] {
    this.#json += json;
    return [];
  }

  close(): EventBody[] {
    return [];
  }

  /** Empty until it is complete. */
  protected get arguments(): Readonly<Record<string, unknown>> {
    const value = parseJson(this.#json);
    return isObject(value) ? value : {};
  }
}
