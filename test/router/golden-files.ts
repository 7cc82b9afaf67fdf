import { readdirSync, readFileSync } from 'node:fs';

export interface RouterText {
  file: string;
  text: string;
}

/** Files as they are written for real routers, before anything is registered in them. */
export const goldenFiles = textsIn('golden', '.before.txt');

/** Files that no format recognises. */
export const unrecognisedFiles = textsIn('unrecognised', '.txt');

function textsIn(folder: string, ending: string): RouterText[] {
  const names = readdirSync(new URL(`${folder}/`, import.meta.url)).filter((name) => name.endsWith(ending));
  return names.map((name) => ({
    file: name.slice(0, -ending.length),
    text: readFileSync(new URL(`${folder}/${name}`, import.meta.url), 'utf8'),
  }));
}
