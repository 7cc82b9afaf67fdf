import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadText } from '../config/config-folder.ts';

/** What stands beside the settings of a page. */
const env = { CLAUDE_HARNESS_SERVER__TOKENS: `sha256:${'0'.repeat(64)}` };

describe.each(['install.md', 'tunnels.md'])('%s', (page) => {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, block]) => block ?? []);

  it.each(blocks.map((block) => [block.split('\n', 2).join(' '), block]))(
    'has settings that are valid: %s',
    (_, block) => {
      expect(() => loadText(block, { env })).not.toThrow();
    },
  );
});
