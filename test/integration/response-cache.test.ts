import { expect, test } from 'vitest';
import { cheapModel as model } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';

/* The response cache before the real CLI: an equal request reaches nobody. */

const shared = sharedHarness({ kind: 'answer', text: 'Yes.' }, { cache: { ttl: 300_000 } });

const said = [{ role: 'user', content: 'Is it?' }];
const dialects: [path: string, body: object][] = [
  ['/v1/chat/completions', { model, messages: said }],
  ['/v1/messages', { model, max_tokens: 99, messages: said }],
  ['/v1/responses', { model, input: 'Is it?', store: false }],
];

async function ask(path: string, body: object): Promise<{ status: string | null; text: string }> {
  const response = await fetch(shared.harness.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.headers.get('cache-status'), text: await response.text() };
}

test.each(dialects)('%s is answered once, whole or as a stream', async (path, body) => {
  const first = await ask(path, body);
  expect([first.status, first.text]).toEqual([
    'claude-harness; fwd=miss; stored',
    expect.stringMatching(/"(content|text)":\s*"Yes\."/),
  ]);
  for (const stream of [false, true]) {
    const again = await ask(path, { ...body, stream });
    expect([again.status, again.text]).toEqual([
      expect.stringMatching(/^claude-harness; hit; ttl=\d+$/),
      expect.stringContaining('Yes.'),
    ]);
  }
  expect(shared.requests()).toHaveLength(1);
  await ask(path, { ...body, cache: { 'no-cache': true } });
  expect(shared.requests()).toHaveLength(2);
  expect(JSON.stringify(shared.requests().map(({ body: sent }) => sent))).not.toContain('no-cache');
});

test('equal streams that come together cost one request', async () => {
  const body = { model, max_tokens: 99, messages: [{ role: 'user', content: 'Together?' }], stream: true };
  const answers = await Promise.all(Array.from({ length: 3 }, () => ask('/v1/messages', body)));
  expect(answers.map(({ text }) => text.includes('Yes.'))).toEqual([true, true, true]);
  expect(answers.filter(({ status }) => status === 'claude-harness; fwd=miss')).toHaveLength(1);
  expect(shared.requests()).toHaveLength(1);
});
