import { isMap, isSeq, type Node, type Pair } from 'yaml';
import { moveTo, originOf } from './address.ts';
import { setField } from './edits.ts';
import { type Entry, type Field, fieldOf, keyText, textOf } from './entry.ts';
import { CannotSpliceError } from './errors.ts';
import { insertLines, requireFinalBreak } from './insertion.ts';
import { afterLastLine, lineBreakAt, lineStart } from './lines.ts';
import { readModels, writeModels } from './model-field.ts';
import { ownEntries } from './own-entries.ts';
import type { Place } from './place.ts';
import { columnOfItems, contentEnd, isFlow } from './positions.ts';
import type { KnownRegistration } from './registration.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import type { Splice } from './splice.ts';
import type { Step } from './step.ts';
import { columnOfKey, fieldColumn } from './template.ts';
import { renderBlock, type Tree, treeValue } from './tree.ts';

/** A value of an entry that is not what it should be. */
interface Difference {
  what: 'address' | 'models' | 'priority';
  step: Step;
}

/**
 * The first value of an entry of ours that differs from what is registered, and the step that sets it; nothing else of
 * the entry is touched. A priority counts only where one is asked for. Undefined when all agree.
 */
export function updateEntry(registration: KnownRegistration, place: Place, text: string): Difference | undefined {
  for (const entry of ownEntries(place, registration.name)) {
    const difference =
      differentAddress(registration, entry, place, text) ??
      (place.perModel ? undefined : differentModels(registration, entry, place, text)) ??
      differentPriority(registration, entry, place, text);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differentAddress(
  { origin }: KnownRegistration,
  entry: Entry,
  place: Place,
  text: string,
): Difference | undefined {
  const field = fieldOf(entry, 'url');
  const address = textOf(field);
  if (field === undefined || address === undefined) return undefined;
  const now = originOf(address);
  // What is no address, such as a variable, is the owner's own doing.
  if (now === undefined || now === originOf(origin)) return undefined;
  return { what: 'address', step: setScalar(field, moveTo(origin, address), entry, place, text) };
}

function differentPriority(
  { priority }: KnownRegistration,
  entry: Entry,
  place: Place,
  text: string,
): Difference | undefined {
  if (priority === undefined) return undefined;
  const field = fieldOf(entry, 'priority');
  if (field === undefined) return { what: 'priority', step: addPriority(priority, entry, place, text) };
  if (Number(field.value) === priority) return undefined;
  return { what: 'priority', step: setScalar(field, priority, entry, place, text) };
}

function differentModels(
  { models }: KnownRegistration,
  entry: Entry,
  place: Place,
  text: string,
): Difference | undefined {
  const single = fieldOf(entry, 'model');
  const list = fieldOf(entry, 'models');
  if (list === undefined) {
    const model = textOf(single);
    if (single === undefined || model === undefined || models.includes(model)) return undefined;
    return { what: 'models', step: setScalar(single, models[0] ?? model, entry, place, text) };
  }
  const now = readModels(list.value);
  if (now !== undefined && new Set(now).size === models.length && models.every((model) => now.includes(model))) {
    return undefined;
  }
  const node = changeable(list);
  const inner = defaultList(node);
  const column = inner?.block === true ? inner.column : columnOfKey(list, text);
  const tree = writeModels(models, inner?.list ?? node, column);
  const path = inner === undefined ? list.path : [...list.path, 'default'];
  const splice = replaceValue(text, inner?.list ?? node, tree, column);
  return { what: 'models', step: { splices: [splice], ...setField(place, entry.index, path, treeValue(tree)) } };
}

/** The list in `models: {default: […]}`, beside which other things stand; `column` is that of its key in a block. */
function defaultList(node: Node): { list: Node; block: boolean; column: number } | undefined {
  if (!isMap(node)) return undefined;
  const pairs = node.items as Pair<Node, Node | null>[];
  const list = pairs.find((pair) => keyText(pair) === 'default')?.value;
  const block = !isFlow(node);
  return isSeq(list) ? { list, block, column: block ? columnOfItems(node) : 0 } : undefined;
}

function changeable(field: Field): Node {
  if (!field.here || field.valueNode === undefined) {
    throw new CannotSpliceError(`the value of \`${field.key}\` stands elsewhere in the file (an alias or a merge key)`);
  }
  return field.valueNode;
}

function replaceValue(text: string, node: Node, tree: Tree, column: number): Splice {
  const [start, end] = node.range ?? [0, 0];
  if (tree.kind === 'inline') return { offset: start, removed: text.slice(start, end), inserted: tree.source };
  const first = lineStart(text, start);
  const last = afterLastLine(text, contentEnd(node));
  const lineBreak = lineBreakAt(text, last);
  const removed = text.slice(first, last);
  const inserted = renderBlock(tree, column).join(lineBreak) + (removed.endsWith('\n') ? lineBreak : '');
  return { offset: first, removed, inserted };
}

function setScalar(field: Field, value: string | number, entry: Entry, place: Place, text: string): Step {
  const node = changeable(field);
  const quotes = quotesOf(node);
  const written = typeof value === 'number' && quotes === 'plain' ? value : String(value);
  const source = typeof written === 'number' ? String(written) : writeText(written, quotes, entry.style === 'flow');
  const [start, end] = node.range ?? [0, 0];
  return {
    splices: [{ offset: start, removed: text.slice(start, end), inserted: source }],
    ...setField(place, entry.index, field.path, written),
  };
}

/** A priority for an entry that has none yet. */
function addPriority(priority: number, entry: Entry, place: Place, text: string): Step {
  const inner = place.shape === 'model_list' ? fieldOf(entry, 'model') : undefined;
  if (entry.style !== 'block') throw new CannotSpliceError('the entry is written in flow style');
  const usual = place.entries.map((other) => fieldOf(other, 'priority')?.key).find((key) => key !== undefined);
  const key = usual ?? (inner === undefined ? 'priority' : 'order');
  const path = inner?.path.slice(0, -1) ?? [];
  const after = inner ?? entry;
  const node = 'valueNode' in after ? after.valueNode : after.map;
  requireFinalBreak(node, text);
  const column = inner === undefined ? fieldColumn(entry) : columnOfKey(inner, text);
  const line = `${' '.repeat(column)}${key}: ${priority}`;
  return {
    splices: [insertLines(text, afterLastLine(text, contentEnd(node)), [line])],
    ...setField(place, entry.index, [...path, key], priority),
  };
}
