import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { commonHelp } from '../../deploy/manage/options.js';
import { verbs } from '../../deploy/manage/verbs.js';
import { root } from '../support/root.ts';
import { pages, readPage } from './examples.ts';

/** The options of each command, as the program's own manual has them; those of `service` are manage.sh's. */
let optionsOf: Map<string, string[]>;

beforeAll(() => {
  const manual = execFileSync(process.execPath, ['--import', 'tsx', 'src/main.ts', 'man'], {
    cwd: root,
    encoding: 'utf8',
  });
  const sections = manual
    .replaceAll('\\-', '-')
    .split(/^\.SS claude-harness /m)
    .slice(1);
  optionsOf = new Map(
    sections.map((text) => [
      /^[a-z-]+(?: [a-z-]+)*(?=[ \n])/.exec(text)?.[0] ?? '',
      [...text.matchAll(/^\.B .*?(--[a-z-]+)/gm)].map(([, option = '']) => option),
    ]),
  );
  optionsOf.set('service', optionsOfManageSh());
}, 60_000);

/** Such as `usage --by client`. */
const named = pages.flatMap((page) =>
  [...readPage(page).matchAll(/`[^`\n]+`|^ *```.*?^ *```$/gms)].flatMap(([code]) =>
    [...code.matchAll(/(?<![\w./-]|exec )claude-harness ((?:[a-z]|--)[^`|&;#\n]*)/g)].map(([, line = '']) => ({
      page,
      line,
    })),
  ),
);

it.each(named)('$page: claude-harness $line', ({ line }) => {
  const words = line.split(/\s+/);
  const lengths = [2, 1].filter((length) => optionsOf.has(words.slice(0, length).join(' ')));
  const command = words.slice(0, lengths[0] ?? 1).join(' ');
  expect([...optionsOf.keys()]).toContain(command);
  const options = words.flatMap((word) => /^\[?(--[a-z0-9-]+)/.exec(word)?.[1] ?? []);
  expect(options.filter((option) => optionsOf.get(command)?.includes(option) !== true)).toEqual([]);
});

it.each(pages)('%s names verbs of manage.sh and scripts of npm that there are', (page) => {
  const text = readPage(page);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const namedVerbs = [...text.matchAll(/manage\.sh ([a-z]+)/g)].map(([, verb = '']) => verb);
  const namedScripts = [...text.matchAll(/npm run (?:--\S+ )?([a-z:-]+)/g)].map(([, script = '']) => script);
  expect(namedVerbs.filter((verb) => !(verb in verbs))).toEqual([]);
  expect(namedScripts.filter((script) => !(script in scripts))).toEqual([]);
});

function optionsOfManageSh(): string[] {
  return Object.values(verbs).flatMap(({ help }) =>
    [...(help + commonHelp).matchAll(/^ {2,}(?:-[a-zA-Z], )?(--[a-z0-9-]+)/gm)].map(([, option = '']) => option),
  );
}
