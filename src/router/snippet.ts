import { placeholder, variableFor } from './api-key.ts';
import { CannotSpliceError } from './errors.ts';
import { buildEntries, renderEntry } from './insert-entries.ts';
import type { Place } from './place.ts';
import type { KnownRegistration } from './registration.ts';
import { writeText } from './scalar-text.ts';

/** The entry to paste by hand; `place` is where the providers were found, if they were. */
export function snippetFor(registration: KnownRegistration, place: Place | undefined, text: string): string {
  if (place === undefined) return plainSnippet(registration);
  try {
    return placeSnippet(registration, place, text);
  } catch (error) {
    if (error instanceof CannotSpliceError) return plainSnippet(registration);
    throw error;
  }
}

/** In the manner of the place's siblings, as JSON where those stand between brackets. */
function placeSnippet(registration: KnownRegistration, place: Place, text: string): string {
  const entries = buildEntries(registration, place, text);
  const lines = entries.map((entry) => renderEntry(entry, place).join('\n'));
  return `${lines.join(place.flow ? ',\n' : '\n')}\n`;
}

/** The entry in the most common form, for a file in which no providers are found. */
function plainSnippet({ name, origin, models, needsToken }: KnownRegistration): string {
  const key = needsToken ? `\${${variableFor(name)}}` : placeholder;
  const lines = [`${writeText(name, 'plain')}:`, `  base_url: ${origin}/v1`, `  api_key: ${writeText(key, 'plain')}`];
  if (models.length > 0) lines.push('  models:', ...models.map((model) => `    - ${writeText(model, 'plain')}`));
  return `${lines.join('\n')}\n`;
}
