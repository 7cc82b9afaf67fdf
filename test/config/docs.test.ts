import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderConfigDocs } from '../../src/config/docs.ts';
import { configKeys } from '../../src/config/keys.ts';
import { defaultConfig } from '../../src/config/schema.ts';
import { loadText } from './config-folder.ts';

const committed = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');
const blocks = [...committed.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);

describe('docs/config.md', () => {
  it('is what the schema says; `npm run docs:config` writes it anew', () => {
    expect(committed).toBe(renderConfigDocs());
  });

  it.each(configKeys.map((key) => [key.path, key] as const))('has a row for %s', (path, key) => {
    const rows = committed.split('\n').filter((line) => line.startsWith(`| \`${path}\` `));
    expect(rows).toEqual([expect.stringContaining(`| ${key.description} | \`${key.environmentName}\` |`)]);
  });

  it.each(blocks.map((text, index) => [index + 1, text] as const))('has a YAML block %d that loads', (_, text) => {
    expect(() => loadText(text)).not.toThrow();
  });

  it('has an example that sets every key to its default', () => {
    const { config, sources } = loadText(blocks.at(-1) ?? '');
    expect(config).toEqual(defaultConfig());
    expect([...sources.keys()]).toEqual(configKeys.filter(({ optional }) => !optional).map(({ path }) => path));
  });
});
