import { isScalar, Scalar } from 'yaml';
import { getIn, isRecord, setIn } from './data.ts';
import { Draft, unproven } from './draft.ts';
import { attempt, RouterFileError } from './errors.ts';
import { nextLineStart } from './lines.ts';
import type { Plan } from './plan.ts';
import { applySplices, type Splice } from './splice.ts';
import { parseYaml, yamlFile } from './yaml-file.ts';
import { nodeAt } from './yaml-layout.ts';

/**
 * Plans on a router's file, also where it is the only file of a Kubernetes ConfigMap, as a block of text: the plan is
 * then one for the ConfigMap.
 */
export function inConfigMap(text: string, plan: (inner: string) => Plan): Plan {
  const block = attempt(() => findBlock(text));
  if (block === undefined) return plan(text);
  const inner = planInside(block, text, plan);
  if (inner.kind !== 'change') return inner;
  const outer = attempt(() => carryOver(inner.changes, block, text));
  if (outer === undefined) return { kind: 'paste', reason: unproven().message, snippet: undefined };
  return { ...inner, ...outer };
}

/** The changes of the inner text as changes of the file, each proven there as well. */
function carryOver(changes: readonly Splice[][], block: Block, text: string): { after: string; changes: Splice[][] } {
  const draft = new Draft(text, yamlFile);
  let inner = block.text;
  for (const splices of changes) {
    const next = applySplices(inner, splices);
    draft.apply(
      splices.map((splice) => outward(splice, inner, block)),
      (data) => setIn(data, block.path, next),
    );
    inner = next;
  }
  return { after: draft.text, changes: draft.changes };
}

interface Block {
  path: string[];
  text: string;
  /** Offset of its first line in the file. */
  start: number;
  pad: string;
}

/** The file in a ConfigMap; undefined for everything else, and for a ConfigMap of several files. */
function findBlock(text: string): Block | undefined {
  const document = parseYaml(text);
  if (document.get('kind') !== 'ConfigMap') return undefined;
  const files = getIn(document.toJS(), ['data']);
  const names = Object.keys(isRecord(files) ? files : {}).filter((name) => /\.ya?ml$/.test(name));
  const path = ['data', names[0] ?? ''];
  const node = names.length === 1 ? nodeAt(document, path) : undefined;
  if (!isScalar<string>(node) || node.type !== Scalar.BLOCK_LITERAL) return undefined;
  const start = nextLineStart(text, node.range?.[0] ?? 0);
  const pad = /^ */.exec(text.slice(start))?.[0] ?? '';
  return text.startsWith(indented(node.value, pad), start) ? { path, text: node.value, start, pad } : undefined;
}

/** Runs a plan on the inner text; the place of an error is then one in the whole file. */
function planInside({ text, start, pad }: Block, file: string, plan: (inner: string) => Plan): Plan {
  try {
    return plan(text);
  } catch (error) {
    if (!(error instanceof RouterFileError) || error.line === undefined || error.column === undefined) throw error;
    const line = error.line + file.slice(0, start).split('\n').length - 1;
    throw new RouterFileError(error.message, { line, column: error.column + pad.length });
  }
}

/** A splice of the inner text as one of the file. */
function outward({ offset, removed, inserted }: Splice, inner: string, { start, pad }: Block): Splice {
  const before = indented(inner.slice(0, offset), pad).length;
  const behind = (part: string) => indented(inner.slice(0, offset) + part, pad).slice(before);
  return { offset: start + before, removed: behind(removed), inserted: behind(inserted) };
}

function indented(text: string, pad: string): string {
  return text.replaceAll(/^(?=[^\n])/gm, pad);
}
