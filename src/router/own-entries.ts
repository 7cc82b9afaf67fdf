import { type Entry, fieldOf, textOf } from './entry.ts';
import type { Place } from './place.ts';

/** LiteLLM's prefix for any server that speaks OpenAI's API. */
export const litellmPrefix = 'openai/';

/** What an entry of ours is called: where each entry is one model, by the model too. */
export function entryName(name: string, model: string | undefined): string {
  return model === undefined ? name : `${name}-${model}`;
}

/** The entries that were registered under that name: one, or where each is one model, one for each. */
export function ownEntries({ entries, perModel }: Place, name: string): Entry[] {
  return entries.filter((entry) => entry.name === name || (perModel && entry.name === entryName(name, modelOf(entry))));
}

/** All others. */
export function otherEntries(place: Place, name: string): Entry[] {
  const own = ownEntries(place, name);
  return place.entries.filter((entry) => !own.includes(entry));
}

/** The model of an entry that is one model, without LiteLLM's prefix. */
export function modelOf(entry: Entry): string | undefined {
  const model = textOf(fieldOf(entry, 'model'));
  return model?.startsWith(litellmPrefix) === true ? model.slice(litellmPrefix.length) : model;
}
