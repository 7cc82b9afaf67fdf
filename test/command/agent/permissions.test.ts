import { expect, it, onTestFinished, vi } from 'vitest';
import { permissionsCommand, type PermissionsOptions } from '../../../src/command/agent/permissions.ts';
import { SessionsClient } from '../../../src/command/agent/sessions-client.ts';
import { draftOf } from '../../support/agents/profile.ts';
import { Person, serveAgents, type Served } from './served.ts';

const rm = { type: 'agent.tool_use', name: 'bash', input: { command: 'rm a' }, evaluated_permission: 'ask' } as const;
const edit = {
  type: 'agent.tool_use',
  name: 'edit',
  input: { file_path: '/srv/a.txt', old_string: 'one', new_string: 'two' },
  evaluated_permission: 'ask',
} as const;

/** Waits as long as the test lets it. */
class Waiting {
  readonly delays: number[] = [];
  readonly #due: (() => void)[] = [];

  readonly wait = (ms: number, signal: AbortSignal): Promise<void> => {
    this.delays.push(ms);
    return new Promise((resolve, reject) => {
      this.#due.push(resolve);
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  };

  pass(): void {
    for (const resolve of this.#due.splice(0)) resolve();
  }
}

/** A person who waits for what agents ask; they leave with the test. */
async function start(served: Served, changes: Partial<PermissionsOptions> = {}) {
  const person = new Person();
  const waiting = new Waiting();
  const before = served.sessions.questions.followerCount;
  const options = { client: served.client, terminal: person, print: person.print, wait: waiting.wait };
  const done = permissionsCommand({ ...options, ...changes });
  done.catch(() => undefined);
  onTestFinished(() => {
    person.input.end();
  });
  await vi.waitFor(() => {
    expect(served.sessions.questions.followerCount).toBe(before + 1);
  });
  return { person, waiting, done };
}

const reads = (person: Person, text: string) =>
  vi.waitFor(() => {
    expect(person.read).toContain(text);
  });

const answers = ({ sessions }: Served) => sessions.sent.filter(({ type }) => type === 'user.tool_confirmation');
const hasAnswers = (served: Served, count: number) =>
  vi.waitFor(() => {
    expect(answers(served)).toHaveLength(count);
  });

it.each([
  ['y\n', { result: 'allow' }],
  ['what?\nno\n', { result: 'deny' }],
  ['a\n', { result: 'allow', for_session: true }],
])('asks about a call, and passes on %j', async (typed, said) => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  const call = served.sessions.say(id, rm);
  const { person } = await start(served);
  await reads(person, `tidy, in session ${id}, asks for\nbash: rm a\nAllow it?`);
  person.type(typed);
  await hasAnswers(served, 1);
  expect(served.sessions.sent).toEqual([{ type: 'user.tool_confirmation', tool_use_id: call.id, ...said }]);
  // It goes on with what comes next.
  served.sessions.say(id, edit);
  await reads(person, 'edit: /srv/a.txt\n- one\n+ two\nAllow it?');
});

it('asks one at a time, without what would steer the terminal', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  served.sessions.say(id, { ...rm, input: { command: 'echo \u001b[2J' } });
  served.sessions.say(id, edit);
  const { person } = await start(served);
  await reads(person, 'echo \ufffd[2J');
  expect(person.read).not.toContain('edit');
  person.type('n\n');
  await reads(person, 'edit: /srv/a.txt');
  person.type('y\n');
  await hasAnswers(served, 2);
  expect(answers(served)).toMatchObject([{ result: 'deny' }, { result: 'allow' }]);
});

it('takes a request back that another has answered, and lets nobody answer the next one by mistake', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  const [first, second] = [await start(served), await start(served)];
  served.sessions.say(id, rm);
  const call = served.sessions.say(id, edit);
  await Promise.all([reads(first.person, 'rm a'), reads(second.person, 'rm a')]);
  first.person.type('y\n');
  await reads(second.person, '(answered elsewhere)');
  await vi.waitFor(() => {
    expect(second.waiting.delays).toEqual([1000]);
  });
  second.person.type('n\n');
  await reads(first.person, 'edit: /srv/a.txt');
  expect(first.person.read).not.toContain('answered elsewhere');
  second.waiting.pass();
  await reads(second.person, 'edit: /srv/a.txt');
  second.person.type('a\n');
  await hasAnswers(served, 2);
  expect(answers(served)[1]).toMatchObject({ tool_use_id: call.id, result: 'allow', for_session: true });
});

it('takes a request back that has expired', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  served.sessions.say(id, rm);
  const { person } = await start(served);
  await reads(person, 'Allow it?');
  await served.sessions.delete(undefined, id);
  await reads(person, '(no longer asked)');
});

it('takes nothing for an answer that was typed before the request came', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  const { person } = await start(served);
  person.type('y\n');
  await vi.waitFor(() => {
    expect(person.input.readableLength).toBe(0);
  });
  served.sessions.say(id, rm);
  await reads(person, 'Allow it?');
  person.type('n\n');
  await hasAnswers(served, 1);
  expect(answers(served)).toMatchObject([{ result: 'deny' }]);
});

it('says that an answer came too late', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  const call = served.sessions.say(id, rm);
  const { person } = await start(served);
  await reads(person, 'Allow it?');
  const found = await served.sessions.question(undefined, call.id);
  served.sessions.question = () => Promise.resolve({ ...found, status: 'expired' });
  person.type('y\n');
  await reads(person, 'settled before: expired');
  expect(answers(served)).toEqual([]);
});

it('connects again, and knows what was settled meanwhile', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  const call = served.sessions.say(id, rm);
  const { person, waiting } = await start(served);
  await reads(person, 'Allow it?');
  served.cut();
  await reads(person, 'The connection was lost. Trying again in 1 s.');
  await served.sessions.send(undefined, id, [{ type: 'user.tool_confirmation', tool_use_id: call.id, result: 'deny' }]);
  expect(person.read).not.toContain('answered elsewhere');
  waiting.pass();
  await reads(person, 'Connected.');
  await reads(person, '(answered elsewhere)');
});

it('asks once though the stream tells of a request again', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  served.sessions.say(id, rm);
  const { person, waiting } = await start(served);
  await reads(person, 'Allow it?');
  served.cut();
  await reads(person, 'Trying again');
  waiting.pass();
  await reads(person, 'Connected.');
  person.type('y\n');
  await hasAnswers(served, 1);
  expect(person.read.match(/rm a/g)).toHaveLength(1);
});

it('gives up when the service stays away', async () => {
  const served = await serveAgents();
  const { person, waiting, done } = await start(served);
  await reads(person, 'Waiting for what agents ask');
  await served.close();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await vi.waitFor(() => {
      expect(waiting.delays).toHaveLength(attempt);
    });
    waiting.pass();
  }
  await expect(done).rejects.toThrow('The service does not answer any more.');
  expect(waiting.delays).toEqual([1000, 3000, 8000, 20_000, 60_000]);
  expect(person.read).toContain(`${served.url} does not answer`);
});

it('ends when the person leaves', async () => {
  const served = await serveAgents();
  const { id } = await served.sessions.create(undefined, draftOf());
  served.sessions.say(id, rm);
  const { person, done } = await start(served);
  await reads(person, 'Allow it?');
  person.input.end();
  expect(await done).toBe(0);
  expect(answers(served)).toEqual([]);
  await expect.poll(() => served.sessions.questions.followerCount).toBe(0);
});

it('says at once what the service refuses, and that it needs a terminal', async () => {
  const served = await serveAgents({ tokenHashes: ['sha256:none'] });
  const person = new Person();
  const options = { client: new SessionsClient({ url: served.url }), terminal: person, print: person.print };
  await expect(permissionsCommand(options)).rejects.toMatchObject({ status: 401 });
  person.input.isTTY = false;
  await expect(permissionsCommand(options)).rejects.toThrow('not a terminal');
});
