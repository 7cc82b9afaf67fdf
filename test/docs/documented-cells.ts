import { readPage } from './examples.ts';

/** The cells of all rows of tables under a heading of a page, those of heads among them. */
export function documentedCells(page: string, title: string): string[][] {
  const section = readPage(page)
    .split(/^## /m)
    .find((text) => text.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`${page} has nothing under ${title}`);
  return [...section.matchAll(/^\|(.*)\|$/gm)].map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
}
