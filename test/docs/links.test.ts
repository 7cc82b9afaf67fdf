import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/root.ts';
import { pages, readPage } from './examples.ts';

it.each(pages)('%s links to files and headings that there are', (page) => {
  const targets = [...withoutBlocks(readPage(page)).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]*))?\)/g)];
  const broken = targets.filter(([, file = '', anchor]) => {
    const path = file === '' ? page : join(dirname(page), file);
    if (!existsSync(join(root, path))) return true;
    return anchor !== undefined && !anchorsOf(readPage(path)).includes(anchor);
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

function withoutBlocks(text: string): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, '');
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
