import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { sessionHeader } from '../../src/core/session-header.ts';
import type { BehaviourSource } from '../../src/stand-in/behaviour.ts';
import { temporaryFolder } from '../feature/files/files-at.ts';
import { cheapModel as model, startHarness, type ConfigChanges, type Harness } from '../support/harness.ts';
import { createDatabase } from '../support/postgres/open-postgres.ts';
import { password, startPostgres } from '../support/postgres/postgres-server.ts';
import { conversationOf } from '../support/upstream.ts';

/** A service with a state file of its own, as on a machine of its own. */
async function start(url: string, behaviour: BehaviourSource, changes: ConfigChanges = {}): Promise<Harness> {
  const harness = await startHarness(behaviour, { state: { url }, ...changes });
  onTestFinished(harness.stop);
  return harness;
}

/** What is called once, however often it is asked for. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

async function startTwo() {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const one = await start(url, { kind: 'answer', text: 'Nice to meet you, Ada.' });
  const other = await start(url, { kind: 'answer', text: 'You are Ada.' });
  return { one, other };
}

const headersOf = (session: string) => ({ headers: { [sessionHeader]: session } });

test('a response of one service is gone on from by the other, and gone for both when it is deleted', async () => {
  const { one, other } = await startTwo();
  const first = await one.client.responses.create({ model, input: 'I am Ada.' });
  const second = await other.client.responses.create({ model, input: 'Who am I?', previous_response_id: first.id });

  expect(second.output_text).toBe('You are Ada.');
  expect(conversationOf(other.standIn.requests[0])).toEqual([
    { role: 'user', content: ['I am Ada.'] },
    { role: 'assistant', content: ['Nice to meet you, Ada.'] },
    { role: 'user', content: ['Who am I?'] },
  ]);

  await other.client.responses.delete(first.id);
  await expect(one.client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
});

test('a conversation that one service began is gone on with by the other', async () => {
  const { one, other } = await startTwo();
  const created = await fetch(`${one.url}/v1/sessions`, { method: 'POST' });
  const { session_id: session } = (await created.json()) as { session_id: string };
  const say = (harness: Harness, content: string) =>
    harness.client.chat.completions.create({ model, messages: [{ role: 'user', content }] }, headersOf(session));
  await say(one, 'I am Ada.');
  await say(other, 'Who am I?');
  expect(conversationOf(other.standIn.requests[0])).toMatchObject([
    { role: 'user', content: ['I am Ada.'] },
    { role: 'assistant', content: ['Nice to meet you, Ada.'] },
    { role: 'user', content: ['Who am I?'] },
  ]);
});

test('a file that one service was given is read, and named in a request, through the other', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const files = { shared: true, path: temporaryFolder() };
  const one = await start(url, { kind: 'answer', text: 'unused' }, { files });
  const other = await start(url, { kind: 'answer', text: 'It is text.' }, { files });
  const file = await one.client.files.create({ file: new File(['Hello'], 'a.txt'), purpose: 'user_data' });
  expect(await (await other.client.files.content(file.id)).text()).toBe('Hello');
  const answer = await other.client.responses.create({
    model,
    input: [{ role: 'user', content: [{ type: 'input_file', file_id: file.id }] }],
  });
  expect(answer.output_text).toBe('It is text.');
  await other.client.files.delete(file.id);
  await expect(one.client.files.retrieve(file.id)).rejects.toMatchObject({ status: 404 });
});

test('a batch that one service was given is answered by the other as well, which has all of it when the first stops', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const changes = { files: { shared: true, path: temporaryFolder() }, batches: { concurrency: 2 } };
  const one = await startHarness({ kind: 'hang' }, { state: { url }, ...changes });
  const stop = once(one.stop);
  onTestFinished(stop);
  const lines = Array.from({ length: 9 }, (_, n) =>
    JSON.stringify({
      ...{ custom_id: `r${n}`, method: 'POST', url: '/v1/chat/completions' },
      body: { model, messages: [{ role: 'user', content: `Request ${n}` }] },
    }),
  );
  const input = await one.client.files.create({ file: new File([lines.join('\n')], 'in.jsonl'), purpose: 'batch' });
  const { id } = await one.client.batches.create({
    ...{ input_file_id: input.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
  });
  await expect.poll(() => one.standIn.requests.length).toBe(2);
  const other = await start(url, { kind: 'answer', text: 'It is done.' }, changes);
  const { batches, files } = other.client;
  const completed = async () => (await batches.retrieve(id)).request_counts?.completed;
  await expect.poll(completed, { timeout: 60_000 }).toBe(7);
  expect((await one.client.batches.list()).data[0]).toMatchObject({ id, status: 'in_progress' });
  await stop();
  await expect.poll(async () => (await batches.retrieve(id)).status, { timeout: 60_000 }).toBe('completed');
  const { output_file_id: output } = await batches.retrieve(id);
  const results = (await (await files.content(output ?? '')).text()).trim().split('\n');
  expect(results.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)).toEqual(
    Array.from({ length: 9 }, (_, n) => `r${n}`),
  );
});

test('a background response is seen, and cancelled, through the other service', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const maker = await start(url, { kind: 'hang' });
  const other = await start(url, { kind: 'answer', text: 'unused' });
  const { id } = await maker.client.responses.create({ model, input: 'Hello', background: true });
  expect(['queued', 'in_progress']).toContain((await other.client.responses.retrieve(id)).status);
  expect((await other.client.responses.cancel(id)).status).toBe('cancelled');
  expect((await maker.client.responses.retrieve(id)).status).toBe('cancelled');
});

test('a service whose database goes away answers what needs none, says what is wrong, and uses it again', async () => {
  const server = await startPostgres();
  onTestFinished(server.remove);
  const harness = await start(server.urlOf('postgres'), { kind: 'answer', text: 'served' });
  const { client, log } = harness;
  const first = await client.responses.create({ model, input: 'Hello' });
  await server.stop();

  const completion = await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hello' }] });
  expect(completion.choices[0]?.message.content).toBe('served');
  const { data, response } = await client.responses.create({ model, input: 'Hello' }).withResponse();
  expect(data.output_text).toBe('served');
  expect(response.headers.get('x-claude-harness-warning')).toContain('could not be stored');
  const message = `The database 127.0.0.1:${server.port}/postgres can't be used: nothing listens there`;
  await expect(
    client.responses.create({ model, input: 'Hello', previous_response_id: first.id }),
  ).rejects.toMatchObject({ status: 500, message: expect.stringContaining(message) as unknown });
  expect(log.lines.filter(({ message: text }) => text.startsWith(message))).toHaveLength(1);

  await server.start();
  await expect
    .poll(() => client.responses.retrieve(first.id).then(({ output_text: text }) => text, String))
    .toBe('served');
  expect(inspect(log.lines, { depth: 20 })).not.toContain(password);
});
