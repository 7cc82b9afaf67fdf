import type { Registration } from './registration.ts';

/** What is sent where a key must be sent and none is asked for. */
export const placeholder = 'unused';

/**
 * References to environment variables as routers write them: `${NAME}`, `${NAME:-default}`, `${env.NAME}`, `$NAME`,
 * LiteLLM's `os.environ/NAME`, `{env:NAME}`, `%NAME%`, and templates such as `${{ secrets.NAME }}`.
 */
const reference =
  /^(?:\$\{\{ *(?:secrets|env)\.|\$\{(?:env[:.])?|os\.environ\/|\{?env:|\$|%)[A-Za-z_]\w*(?::?-[^}]*\}| *\}\}|\}|%)?$/;

/** Whether a key's value names a variable instead of being the key. */
export function isReference(value: string): boolean {
  return reference.test(value);
}

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

/** A key's value: a reference to the variable in the router's own manner if a token is needed, else any word. */
export function keyFor(
  { name, needsToken }: Pick<Registration, 'name' | 'needsToken'>,
  refer: (variable: string) => string,
): string {
  return needsToken ? refer(variableFor(name)) : placeholder;
}
