import { removeEntry } from './edits.ts';
import { RouterFileError } from './errors.ts';
import { isSpaced, removeLines } from './insertion.ts';
import { modelOf, otherEntries, ownEntries } from './own-entries.ts';
import type { Place } from './place.ts';
import { contentEnd } from './positions.ts';
import type { Step } from './step.ts';

/**
 * Takes out the last entry of that name, with the blank line that was put before it; where entries are models, only one
 * whose model is not to `keep`. Undefined when there is none. Throws `RouterFileError` for the only entry of all, since
 * an empty collection may stop a router.
 */
export function removeLastEntry(
  place: Place,
  text: string,
  name: string,
  keep: readonly string[] = [],
): Step | undefined {
  const entry = ownEntries(place, name)
    .filter((own) => !keep.includes(modelOf(own) ?? ''))
    .at(-1);
  if (entry === undefined) return undefined;
  if (place.collection.items.length === 1) {
    throw new RouterFileError(
      `${name} is the only entry of ${place.label}: add another provider first, or remove it by hand`,
    );
  }
  const before: unknown = place.collection.items[entry.index - 1];
  const floor = before === undefined ? 0 : contentEnd(before);
  return {
    splices: [removeLines(text, entry, isSpaced(otherEntries(place, name), text), floor)],
    ...removeEntry(place, entry.index),
  };
}
