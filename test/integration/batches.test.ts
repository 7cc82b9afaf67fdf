import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { batchesOfFile } from '../support/batches-beside.ts';
import { cheapModel, startHarness } from '../support/harness.ts';
import { inTurn, request } from '../feature/batches/open-batches.ts';

const requestOf = (name: string, content: string, more: object = {}) =>
  request(name, {
    ...{ model: cheapModel, max_tokens: 50, system: 'You summarize notes.', messages: [{ role: 'user', content }] },
    ...more,
  });

it('a batch is answered through the CLI, beside clients, and is in the log with its requests', async () => {
  const { home, log, client, stop, url } = await startHarness({ kind: 'answer', text: 'A note.' });
  onTestFinished(stop);
  const batches = batchesOfFile(join(home, 'state/state.db'));
  onTestFinished(batches.close);
  const { id } = await batches.create(
    inTurn([
      requestOf('a', 'Summarize the first note.'),
      requestOf('b', 'Summarize the second note.'),
      requestOf('c', 'Summarize it as it comes.', { stream: true }),
      requestOf('d', 'Summarize it.', { max_tokens: 'many' }),
    ]),
  );
  const completion = await client.chat.completions.create({
    model: cheapModel,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  expect(completion.choices[0]?.message.content).toBe('A note.');
  await expect.poll(async () => (await batches.get(id)).status, { timeout: 40_000 }).toBe('ended');
  expect((await batches.get(id)).counts).toMatchObject({ succeeded: 2, errored: 2 });
  expect(await batches.results(id)).toMatchObject([
    { customId: 'a', outcome: 'succeeded', response: { status: 200, body: { content: [{ text: 'A note.' }] } } },
    { customId: 'b', outcome: 'succeeded' },
    { customId: 'c', outcome: 'errored', response: { status: 400, body: { type: 'error' } } },
    {
      customId: 'd',
      outcome: 'errored',
      response: { status: 400, body: { error: { type: 'invalid_request_error' } } },
    },
  ]);
  const lines = log.lines.filter(({ fields }) => fields['batch'] === id);
  expect(lines.map(({ fields }) => fields['status'])).toEqual(expect.arrayContaining([200, 200, 400, 400]));
  expect(await (await fetch(`${url}/v1/usage/batches`)).json()).toMatchObject({
    status: 'idle',
    requests: { left: 0, succeeded: 2, errored: 2 },
  });
});

it('a batch waits outside of its hours, says so, and can be canceled', async () => {
  const { home, stop, url } = await startHarness(undefined, { batches: { hours: hoursWithoutNow() } });
  onTestFinished(stop);
  const batches = batchesOfFile(join(home, 'state/state.db'));
  onTestFinished(batches.close);
  const { id } = await batches.create(inTurn([requestOf('a', 'Summarize the note.')]));
  const state = async (): Promise<unknown> => (await fetch(`${url}/v1/usage/batches`)).json();
  await expect.poll(state, { timeout: 20_000 }).toMatchObject({ status: 'paused', paused: { reason: 'hours' } });
  expect((await batches.cancel(id)).status).toBe('canceling');
  await expect.poll(async () => (await batches.get(id)).end, { timeout: 20_000 }).toBe('canceled');
  await expect.poll(state).toMatchObject({ status: 'idle', paused: null });
});

/** An hour that is half a day away. */
function hoursWithoutNow(): string {
  const hour = (new Date().getHours() + 12) % 24;
  return `${String(hour).padStart(2, '0')}:00-${String(hour).padStart(2, '0')}:30`;
}
