import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/root.ts';

const page = readFileSync(join(root, 'docs/routers.md'), 'utf8');

/** The first block in a language under a heading of docs/routers.md, with `url` in place of the usual address. */
export function documented(section: string, language: string, url: string): string {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(text ?? '')?.[1];
  if (block === undefined) throw new Error(`docs/routers.md has no ${language} under ${section}`);
  return block.replaceAll('http://127.0.0.1:8013', url);
}

/** The variables that the first shell commands under a heading set. */
export function documentedVariables(section: string, url: string): Record<string, string> {
  const commands = documented(section, 'sh', url);
  return Object.fromEntries(
    [...commands.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}
