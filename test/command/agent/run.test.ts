import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import {
  forkSessionCommand,
  resumeSessionCommand,
  runAgentCommand,
  type RunOptions,
} from '../../../src/command/agent/run.ts';
import type { SessionsClient } from '../../../src/command/agent/sessions-client.ts';
import { Person, serveAgents, type Served } from './served.ts';

function optionsOf(client: SessionsClient, person: Person, changes: Partial<RunOptions> = {}): RunOptions {
  const untilStopped = (): Promise<unknown> => new Promise(() => undefined);
  return { client, prompt: 'Sort it.', terminal: person, print: person.print, untilStopped, ...changes };
}

/** Starts an agent, and waits until its message has arrived. */
async function start(served: Served, person: Person, changes: Partial<RunOptions> = {}) {
  const done = runAgentCommand('tidy', optionsOf(served.client, person, changes));
  await vi.waitFor(() => {
    expect(served.sessions.sent).toHaveLength(1);
  });
  const id = /session (\S+)/.exec(person.read)?.[1] ?? '';
  return { done, id };
}

const endTurn = { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null } as const;
const rm = { type: 'agent.tool_use', name: 'bash', input: { command: 'rm a' }, evaluated_permission: 'ask' } as const;
const waits = (...ids: string[]) =>
  ({
    type: 'session.status_idle',
    stop_reason: { type: 'requires_action', event_ids: ids },
    stop_details: null,
  }) as const;

it('shows what the agent says, and ends with its turn', async () => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  expect(served.sessions.sent).toEqual([{ type: 'user.message', content: [{ type: 'text', text: 'Sort it.' }] }]);
  served.sessions.say(id, { type: 'agent.message', content: [{ type: 'text', text: 'Sorted.' }] });
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
  expect(person.read).toBe(`session ${id}\nSorted.\n`);
});

it('fails with the turn', async () => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  const error = { type: 'unknown_error', message: 'The CLI ended.', retry_status: { type: 'exhausted' } } as const;
  served.sessions.say(id, { type: 'session.error', error });
  served.sessions.say(id, endTurn);
  expect(await done).toBe(1);
  expect(person.read).toContain('error: The CLI ended.');
});

it('ends with a session that cannot go on', async () => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  const error = { type: 'unknown_error', message: 'The agent is gone.', retry_status: { type: 'terminal' } } as const;
  served.sessions.say(id, { type: 'session.error', error });
  served.sessions.say(id, { type: 'session.status_terminated' });
  expect(await done).toBe(1);
  expect(person.read).toContain('error: The agent is gone.');
});

it.each([
  { typed: 'y\n', said: { result: 'allow' } },
  { typed: 'what?\nno\n', said: { result: 'deny' } },
  { typed: 'A\n', said: { result: 'allow', for_session: true } },
])('asks about a call, and passes on $typed', async ({ typed, said }) => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  const call = served.sessions.say(id, rm);
  served.sessions.say(id, waits(call.id));
  // Said again with what remains, it is still one question.
  served.sessions.say(id, waits(call.id));
  await vi.waitFor(() => {
    expect(person.read).toContain('bash: rm a\nAllow it?');
  });
  person.type(typed);
  await vi.waitFor(() => {
    expect(served.sessions.sent).toHaveLength(2);
  });
  expect(served.sessions.sent[1]).toEqual({ type: 'user.tool_confirmation', tool_use_id: call.id, ...said });
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
  expect(person.read.match(/bash: rm a/g)).toHaveLength(1);
});

it('takes a question back that somebody else has answered', async () => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  const call = served.sessions.say(id, rm);
  served.sessions.say(id, waits(call.id));
  await vi.waitFor(() => {
    expect(person.read).toContain('Allow it?');
  });
  await served.client.send(id, { type: 'user.tool_confirmation', tool_use_id: call.id, result: 'deny' });
  await vi.waitFor(() => {
    expect(person.read).toContain('(answered elsewhere)');
  });
  person.type('y\n');
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
  expect(served.sessions.sent).toHaveLength(2);
});

it('leaves a question to others where nobody can be asked', async () => {
  const served = await serveAgents();
  const person = new Person();
  person.input.isTTY = false;
  const { done, id } = await start(served, person);
  const call = served.sessions.say(id, rm);
  served.sessions.say(id, waits(call.id));
  await vi.waitFor(() => {
    expect(person.read).toContain('waits for somebody to allow it elsewhere');
  });
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
});

it('goes on without a gap after a lost connection', async () => {
  const served = await serveAgents();
  const person = new Person();
  const { done, id } = await start(served, person);
  const said = (text: string) => ({ type: 'agent.message', content: [{ type: 'text', text }] }) as const;
  served.sessions.say(id, said('one'));
  await vi.waitFor(() => {
    expect(person.read).toContain('one');
  });
  served.cut();
  await vi.waitFor(() => {
    expect(served.sessions.watcherCount(id)).toBe(0);
  });
  served.sessions.say(id, said('two'));
  await vi.waitFor(
    () => {
      expect(person.read).toContain('two');
    },
    { timeout: 8000 },
  );
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
  expect(person.read).toBe(`session ${id}\none\ntwo\n`);
});

it('interrupts the agent first, and leaves it then', async () => {
  const served = await serveAgents();
  const person = new Person();
  const presses: (() => void)[] = [];
  const untilStopped = (): Promise<unknown> => new Promise<void>((resolve) => presses.push(resolve));
  const { done } = await start(served, person, { untilStopped });
  presses.shift()?.();
  await vi.waitFor(() => {
    expect(served.sessions.sent.at(-1)).toEqual({ type: 'user.interrupt' });
  });
  presses.shift()?.();
  await setImmediate();
  expect(await done).toBe(130);
});

it('says that there is no such agent, and no such session', async () => {
  const served = await serveAgents();
  const person = new Person();
  await expect(runAgentCommand('nobody', optionsOf(served.client, person))).rejects.toThrow('no such agent');
  await expect(resumeSessionCommand('sesn_x', optionsOf(served.client, person))).rejects.toThrow('no such session');
});

it('goes on from a session in a new one', async () => {
  const served = await serveAgents();
  const { id: source } = await served.client.create('tidy');
  const person = new Person();
  const done = forkSessionCommand(source, optionsOf(served.client, person));
  await vi.waitFor(() => {
    expect(served.sessions.sent).toHaveLength(1);
  });
  const id = /session (\S+)/.exec(person.read)?.[1] ?? '';
  expect(id).not.toBe(source);
  served.sessions.say(id, endTurn);
  expect(await done).toBe(0);
});
