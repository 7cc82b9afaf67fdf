import { toNamePattern } from '../core/name-pattern.ts';
import { derived } from '../util/derived.ts';

/**
 * Whether a model is one of `patterns`, in which `*` stands for any characters: by the name that was asked for, or by
 * one that it stands for.
 */
export function createServedDirectly(
  patterns: () => readonly string[],
  namesOf: (requested: string) => readonly string[],
): (requested: string) => boolean {
  const current = derived(patterns, (all) => all.map(toNamePattern));
  return (requested) => {
    const expressions = current();
    return (
      expressions.length > 0 &&
      namesOf(requested).some((name) => expressions.some((expression) => expression.test(name)))
    );
  };
}
