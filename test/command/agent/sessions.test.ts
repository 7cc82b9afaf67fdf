import { expect, it } from 'vitest';
import { listSessionsCommand, removeSessionsCommand, showSessionCommand } from '../../../src/command/agent/sessions.ts';
import { draftOf } from '../../support/agents/profile.ts';
import { Person, serveAgents } from './served.ts';

it('lists sessions, over all pages, the newest first', async () => {
  const { sessions, client } = await serveAgents();
  const ids: string[] = [];
  for (let count = 0; count < 150; count += 1) {
    ids.push((await sessions.create(undefined, draftOf({ title: `number ${count}` }))).id);
  }
  const person = new Person();
  await listSessionsCommand(client, person.print);
  const lines = person.read.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(ids.toReversed());
  expect(lines[0]).toMatch(/^sesn_\d+ {2}tidy +idle +2026-01-31 12:\d\d {2}number 149$/);
});

it('says which sessions are on another machine', async () => {
  const { sessions, client } = await serveAgents();
  const session = await sessions.create(undefined, draftOf({ title: 'Elsewhere' }));
  Object.assign(session, { machine: 'garage (server.instance 2)' });
  const person = new Person();
  await listSessionsCommand(client, person.print);
  expect(person.read).toMatch(/ {2}Elsewhere {2}\[on garage \(server\.instance 2\)\]\n$/);
});

it('says that there are none', async () => {
  const { client } = await serveAgents();
  const person = new Person();
  await listSessionsCommand(client, person.print);
  expect(person.read).toBe('There are no sessions.\n');
});

it('shows what was said and done, and deletes it', async () => {
  const { sessions, client } = await serveAgents();
  const content = [{ type: 'text', text: 'Sort it.' }];
  const { id } = await sessions.create(undefined, draftOf({ events: [{ type: 'user.message', content }] }));
  sessions.say(id, { type: 'agent.tool_use', name: 'bash', input: { command: 'ls' } });
  const person = new Person();
  await showSessionCommand(client, id, person.print);
  expect(person.read).toBe('> Sort it.\n[bash] ls\n');
  await removeSessionsCommand(client, [id], person.print);
  await expect(showSessionCommand(client, id, person.print)).rejects.toThrow('no such session');
});
