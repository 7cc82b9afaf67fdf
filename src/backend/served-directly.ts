/**
 * Whether a model is one of `patterns`, in which `*` stands for any characters: by the name that was asked for, or by
 * one that it stands for.
 */
export function createServedDirectly(
  patterns: readonly string[],
  namesOf: (requested: string) => readonly string[],
): (requested: string) => boolean {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`));
  return (requested) =>
    expressions.length > 0 &&
    namesOf(requested).some((name) => expressions.some((expression) => expression.test(name)));
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
