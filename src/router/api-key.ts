/**
 * References to environment variables as routers write them: `${NAME}`, `${NAME:-default}`, `${env:NAME}`, `$NAME`,
 * LiteLLM's `os.environ/NAME`, `env:NAME`, `{env:NAME}`, `%NAME%`, and templates such as `${{ secrets.NAME }}`.
 */
const before = [
  '\\$\\{\\{ *(?:secrets|env)\\.',
  '\\{\\{ *env\\.',
  '\\$\\{(?:env[:.])?',
  'os\\.environ/',
  '\\{?env:',
  '\\$',
  '%',
];
const after = [':?-[^}]*\\}', ' *\\}\\}', '\\}', '%', ''];
const reference = new RegExp(`^(?<before>${before.join('|')})(?<name>[A-Za-z_]\\w*)(?<after>${after.join('|')})$`);

/** Whether a key's value names a variable instead of being the key. */
export function isReference(value: string): boolean {
  return reference.test(value);
}

/**
 * A key's value in the manner of a sibling's: the same kind of reference to another variable, or, where the sibling has
 * the key itself, a word in its place.
 */
export function keyLike(sibling: string | undefined, variable: string): string {
  const groups = reference.exec(sibling ?? '')?.groups;
  if (groups === undefined) return placeholder;
  const { before: opening = '', after: closing = '' } = groups;
  return opening + variable + (/^:?-/.test(closing) ? '}' : closing);
}

/** What is sent where a key must be sent and none is asked for. */
export const placeholder = 'unused';

/**
 * The variable for the key of a provider: `claude-harness` gives `HARNESS_API_KEY`. No name begins with
 * `CLAUDE_HARNESS`, since the harness takes every such variable for one of its settings and does not start with one
 * that it doesn't know.
 */
export function variableFor(name: string): string {
  const upper = name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = upper.replace(/^CLAUDE_HARNESS/, 'HARNESS').replace(/^(?=\d|$)/, 'PROVIDER_');
  return `${base}_API_KEY`;
}

/** What must be done about a key before the router can use the entry; nothing for one that is a word in its place. */
export function keyNote(key: string, name: string, needsToken: boolean): string[] {
  const variable = variableFor(name);
  const value = needsToken ? 'a token of the harness' : `any text, such as ${placeholder}`;
  if (key.includes(variable)) return [`set ${variable} in the router's environment to ${value}`];
  return needsToken ? [`put a token of the harness in the place of \`${placeholder}\``] : [];
}
