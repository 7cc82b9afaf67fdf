import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cheapModel as model, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf } from '../support/upstream.ts';

test('a response is gone on from after a restart, and can be deleted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'restart-test-'));
  let running: Harness | undefined;
  onTestFinished(async () => {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = async (text: string): Promise<Harness> => {
    await running?.stop();
    return (running = await startHarness({ kind: 'answer', text }, { state: { path: join(folder, 'state.db') } }));
  };

  const before = await start('Nice to meet you, Ada.');
  const first = await before.client.responses.create({ model, input: 'I am Ada.' });
  const after = await start('You are Ada.');
  const second = await after.client.responses.create({ model, input: 'Who am I?', previous_response_id: first.id });

  expect(second.output_text).toBe('You are Ada.');
  expect(conversationOf(after.standIn.requests[0])).toEqual([
    { role: 'user', content: ['I am Ada.'] },
    { role: 'assistant', content: ['Nice to meet you, Ada.'] },
    { role: 'user', content: ['Who am I?'] },
  ]);
  expect((await after.client.responses.retrieve(first.id)).output_text).toBe('Nice to meet you, Ada.');

  await after.client.responses.delete(first.id);
  const third = after.client.responses.create({ model, input: 'And now?', previous_response_id: first.id });
  await expect(third).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
});
