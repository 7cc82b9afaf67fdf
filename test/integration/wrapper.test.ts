import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cliUnderTest } from '../support/cli-under-test.ts';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';

/* Node's version managers put a program of theirs in the place of claude. */

const folder = mkdtempSync(join(tmpdir(), 'harness-wrapper-'));
const path = join(folder, 'claude');
writeFileSync(path, `#!/bin/sh\necho "Now using node v20"\nexec '${cliUnderTest}' "$@"\n`);
chmodSync(path, 0o755);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const shared = sharedHarness({ kind: 'answer', text: 'Here.' }, { claude: { path }, pool: { reuse: false } });

test('a wrapper that prints a line before the answers of claude is warned of once, and answers', async () => {
  const { client, log } = shared.harness;
  for (let n = 0; n < 2; n += 1) {
    const { choices } = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] });
    expect(choices[0]?.message.content).toBe('Here.');
  }
  const warnings = log.lines.filter(({ level }) => level === 'warn');
  expect(warnings).toMatchObject([{ fields: { path, line: 'Now using node v20' } }]);
});
