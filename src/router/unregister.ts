import { CannotSpliceError } from './errors.ts';
import { findPlace } from './find-place.ts';
import { ownEntries } from './own-entries.ts';
import { Draft, type Plan } from './plan.ts';
import { removeLastEntry } from './remove-entries.ts';
import { switchOn } from './switch-on.ts';
import { dataOf, parseRouterYaml } from './yaml-document.ts';

/**
 * Plans how a harness gets out of a router's file again: what was switched off for it is switched on, and its entries
 * are taken out, so that of a file changed by `planRegister` alone the old text comes back. Throws `RouterFileError`
 * for a file that is no YAML, and where nothing would be left.
 */
export function planUnregister(text: string, name: string): Plan {
  const messages: string[] = [];
  const draft = new Draft(text);
  try {
    for (let step = switchOn(draft.text, name); step !== undefined; step = switchOn(draft.text, name))
      draft.apply(step);
    if (draft.changes.length > 0) messages.push('switched on again what had been switched off');
    const removed = removeAll(draft, name);
    if (removed !== undefined) messages.push(`removed ${name} from ${removed}`);
  } catch (error) {
    if (!(error instanceof CannotSpliceError)) throw error;
    return { kind: 'paste', reason: error.message, snippet: undefined };
  }
  if (draft.changes.length === 0) return { kind: 'unchanged', messages: [`${name} is not registered`] };
  return { kind: 'change', after: draft.text, changes: draft.changes, messages, notes: [] };
}

/** Takes out all entries of that name; gives the label of where they were. */
function removeAll(draft: Draft, name: string): string | undefined {
  let label: string | undefined;
  for (;;) {
    const document = parseRouterYaml(draft.text);
    dataOf(document);
    const place = findPlace(document);
    if (place.flow && ownEntries(place, name).length > 0) {
      throw new CannotSpliceError(`${place.label} is written in flow style, with brackets`);
    }
    const step = removeLastEntry(place, draft.text, name);
    if (step === undefined) return label;
    draft.apply(step);
    ({ label } = place);
  }
}
