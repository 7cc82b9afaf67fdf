import { keyLike, keyNote, variableFor } from './api-key.ts';
import type { Built } from './build-provider.ts';
import { type Entry, type Field, innerMapNode } from './entry.ts';
import { siblingKey, type Surroundings } from './field-values.ts';
import { entryName, litellmPrefix } from './own-entries.ts';
import { columnOfItems } from './positions.ts';
import { frontPriority, hasNumbers, priorityOf } from './priority.ts';
import type { KnownRegistration } from './registration.ts';
import { quotesOf, writeText } from './scalar-text.ts';
import { fieldColumn, isUsual, sampleOf } from './template.ts';
import type { MapTree, TreePair } from './tree.ts';

/**
 * The fields of one entry of LiteLLM's `model_list`. Its parameters are fixed, but for `api_base` or `base_url`; the
 * address always ends in `/v1`, which LiteLLM does not add. `model_info.id`, the deployment's own name, is what the
 * entry is found by again.
 */
export function buildModelListEntry(registration: KnownRegistration, surroundings: Surroundings, model: string): Built {
  const { siblings, template } = surroundings;
  const parameters = new Map<string, unknown>([
    ['model', litellmPrefix + model],
    [sampleOf('url', siblings, template)?.key ?? 'api_base', `${registration.origin}/v1`],
    ['api_key', keyLike(siblingKey(siblings), variableFor(registration.name))],
  ]);
  const order = registration.priority ?? inheritedOrder(surroundings);
  if (order !== undefined) parameters.set('order', order);
  const inner = orderOf(template, 'litellm_params', [...parameters.keys()]).map((key) =>
    scalarPair(key, parameters.get(key), template),
  );
  const id = scalarPair('id', entryName(registration.name, model), template, 'model_info');
  const outer = new Map<string, TreePair>([
    ['model_name', scalarPair('model_name', model, template)],
    ['litellm_params', mapPair('litellm_params', inner, template)],
    ['model_info', mapPair('model_info', [id], template)],
  ]);
  const keys = orderOf(template, undefined, [...outer.keys()]);
  return {
    pairs: keys.map((key) => outer.get(key)).filter((pair) => pair !== undefined),
    notes: keyNote(String(parameters.get('api_key')), registration.name, registration.needsToken),
  };
}

/** `wanted` in the order in which the template has them; what it has not comes last. */
function orderOf(template: Entry, parent: string | undefined, wanted: readonly string[]): string[] {
  const written = template.fields.filter(({ path }) => (parent === undefined ? path.length === 1 : path[0] === parent));
  const keys = written.map(({ key }) => key).filter((key) => wanted.includes(key));
  return [...keys, ...wanted.filter((key) => !keys.includes(key))];
}

function fieldAt(template: Entry, ...path: string[]): Field | undefined {
  return template.fields.find((field) => field.path.join('.') === path.join('.'));
}

function scalarPair(key: string, value: unknown, template: Entry, parent?: string): TreePair {
  const sample =
    (parent === undefined ? undefined : fieldAt(template, parent, key)) ??
    fieldAt(template, 'litellm_params', key) ??
    fieldAt(template, key);
  const source = typeof value === 'string' ? writeText(value, quotesOf(sample?.valueNode)) : String(value);
  return { key, keySource: writeText(key, quotesOf(sample?.keyNode)), tree: { kind: 'inline', source, value } };
}

function mapPair(key: string, pairs: TreePair[], template: Entry): TreePair {
  const node = innerMapNode(template, 'litellm_params');
  const indent = node === undefined ? 2 : Math.max(columnOfItems(node) - fieldColumn(template), 1);
  const tree: MapTree = { kind: 'map', indent, pairs };
  return { key, keySource: writeText(key, quotesOf(fieldAt(template, key)?.keyNode)), tree };
}

/** The first place in the order, where the siblings have one; the place of the entry that is switched off. */
function inheritedOrder({ siblings, replaced }: Surroundings): number | undefined {
  const inherited = replaced === undefined ? undefined : priorityOf(replaced);
  if (inherited !== undefined || !hasNumbers(siblings) || !isUsual('priority', siblings, 0.5)) return inherited;
  return frontPriority(siblings, 'low-first');
}
