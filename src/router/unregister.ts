import { inConfigMap } from './config-map.ts';
import { getIn } from './data.ts';
import { Draft } from './draft.ts';
import { CannotSpliceError, RouterFileError } from './errors.ts';
import type { Collection } from './format.ts';
import { chooseFormat } from './known-formats.ts';
import { languageOf } from './language-of.ts';
import { otherEntries, ownEntries } from './own-entries.ts';
import type { Plan } from './plan.ts';
import { switchOn } from './switch-on.ts';

/**
 * Plans how a harness gets out of a router's file again: what was switched off for it is switched on, and its entries
 * are taken out, so that of a file changed by `planRegister` alone the old text comes back. `format` names the file's
 * format, if it is not to be recognised. Throws `RouterFileError` for a file with a syntax error, and where nothing
 * would be left.
 */
export function planUnregister(text: string, name: string, format?: string): Plan {
  return inConfigMap(text, (inner) => planFile(inner, name, format));
}

function planFile(text: string, name: string, formatName: string | undefined): Plan {
  const messages: string[] = [];
  try {
    const language = languageOf(text);
    const draft = new Draft(text, language);
    const formatOf = (data: unknown) => chooseFormat(data, language, formatName);
    if (switchOn(draft, formatOf, name)) messages.push('switched on again what had been switched off');
    const { collections, optional } = formatOf(draft.data);
    const all = collections(draft.data);
    const removed = all.filter((collection) => removeAll(draft, collection, name, optional));
    if (removed.length > 0) messages.push(`removed ${name} from ${all[0].path.join('.')}`);
    if (draft.changes.length === 0) return { kind: 'unchanged', messages: [`${name} is not registered`] };
    return { kind: 'change', after: draft.text, changes: draft.changes, messages, notes: [] };
  } catch (error) {
    if (!(error instanceof CannotSpliceError)) throw error;
    return { kind: 'paste', reason: error.message, snippet: undefined };
  }
}

/** Takes all entries of that name out, the last one first; with the last of all, an optional collection itself. */
function removeAll(draft: Draft, collection: Collection, name: string, optional: boolean): boolean {
  const own = ownEntries(collection, draft.data, name);
  if (own.length === 0) return false;
  const { path } = collection;
  if (otherEntries(collection, draft.data, name).length > 0) {
    for (const entry of own.toReversed()) draft.remove(entry.path);
    return true;
  }
  const parent = getIn(draft.data, path.slice(0, -1));
  if (!optional || Object.keys(parent as object).length === 1) {
    throw new RouterFileError(
      `${name} is the only entry of ${path.join('.')}: add another provider first, or remove it by hand`,
    );
  }
  draft.remove(path);
  return true;
}
