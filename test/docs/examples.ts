import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/root.ts';

/** Shell commands of a page that ask the service with curl, and the answer that the page shows right after them. */
export interface Example {
  /** The number of its first line. */
  line: number;
  /** The nearest heading above it, without its marks. */
  section: string;
  commands: string;
  /** In JSON the fields that an answer has; else its lines. `…` stands for anything. */
  answer?: { isJson: boolean; text: string };
}

/** All pages, below the folder of the package. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function readPage(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

const fence = /^( *)```(\w*)\n(.*?)^ *```$/gms;

/** Whatever the language of its block is called, so that none is overlooked. */
export function examplesIn(text: string): Example[] {
  const blocks = [...text.matchAll(fence)].map(
    ({ 0: { length }, 1: indent = '', 2: language, 3: body = '', index }) => ({
      ...{ language, index, end: index + length },
      body: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
  return blocks.flatMap(({ body, index, end }, number) => {
    if (!/\bcurl\b/.test(body)) return [];
    const above = text.slice(0, index);
    const next = blocks[number + 1];
    const isShown = text.slice(end, next?.index).trim() === '';
    return {
      line: above.split('\n').length + 1,
      section: [...above.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
      commands: body,
      ...(isShown && isAnswer(next) && { answer: { isJson: next.language === 'json', text: next.body } }),
    };
  });
}

function isAnswer<Block extends { language?: string | undefined }>(block: Block | undefined): block is Block {
  return block?.language === 'json' || block?.language === 'text';
}
