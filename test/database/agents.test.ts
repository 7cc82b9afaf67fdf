import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, onTestFinished, test } from 'vitest';
import { without } from '../../src/core/without.ts';
import { startStandIn } from '../../src/stand-in/stand-in.ts';
import { carefulIn } from '../support/agents/agent-house.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { message, says, write } from '../support/agents/scripted.ts';
import { WatchedSession } from '../support/agents/watched-session.ts';
import { createDatabase } from '../support/postgres/open-postgres.ts';
import { startPostgres } from '../support/postgres/postgres-server.ts';
import { endProcessesOf, makeHome } from '../support/service/home.ts';
import { startService } from '../support/service/start-service.ts';
import { started } from '../support/started.ts';

const instance = 2;

/** A machine that can be killed, with an agent, and another one, each with a home and a state file of its own. */
async function startTwo(databaseUrl: string) {
  const machines = await started(async (cleanup) => {
    const standIn = await startStandIn({});
    cleanup.defer(() => standIn.stop());
    const apiUrl = standIn.url;
    const newHome = () => {
      const home = makeHome(cleanup, 'machine-');
      const folder = join(home, 'work');
      mkdirSync(folder);
      cleanup.defer(() => endProcessesOf(home));
      return { home, agents: { careful: carefulIn(folder) } };
    };
    const state = { url: databaseUrl };
    const pool = { warm_per_model: 0, max_warm: 0 };
    const own = newHome();
    const child = await startService({
      ...{ as: 'child-process', cleanup, home: own.home, apiUrl },
      sections: { server: { port: 0, instance }, state, pool, agents: own.agents },
    });
    const second = newHome();
    const other = await startService({
      ...{ as: 'in-process', cleanup, home: second.home, apiUrl },
      changes: { state, pool, agents: agentsConfig(second.agents) },
    });
    const client = (baseURL: string) => new Anthropic({ baseURL, apiKey: 'any', maxRetries: 0 });
    const kill = async () => {
      const exit = once(child.child, 'exit');
      child.child.kill('SIGKILL');
      await exit;
      await endProcessesOf(own.home);
    };
    return { standIn, one: client(child.url), kill, other: client(other.url), otherUrl: other.url };
  });
  onTestFinished(machines.stop);
  return machines;
}

async function eventsOf(client: Anthropic, id: string): Promise<unknown[]> {
  const events: unknown[] = [];
  // Page by page.
  for await (const event of client.beta.sessions.events.list(id, { limit: 3 })) events.push(event);
  return events;
}

const where = `on the machine ${hostname()} (server.instance ${instance})`;

test('a session of one machine is read through the other, also when the first was killed, and goes on only at its own', async () => {
  const { url, drop } = await createDatabase();
  onTestFinished(drop);
  const { standIn, one, kill, other, otherUrl } = await startTwo(url);
  standIn.behave([
    { kind: 'answer', text: 'I write it.', toolUses: [write('notes.txt', 'y'.repeat(200_000))] },
    says('Done.'),
  ]);
  const { id } = await one.beta.sessions.create({ agent: 'careful', environment_id: 'careful' });
  const watched = await WatchedSession.of(one, id);
  await one.beta.sessions.events.send(id, { events: [message('Write it.')] });
  await watched.untilIdle();
  const call = watched.of('agent.tool_use')[0]?.id ?? '';
  const own = await eventsOf(one, id);
  await expect.poll(() => eventsOf(other, id).catch(String)).toEqual(own);
  // They grow with time.
  const session = without(await one.beta.sessions.retrieve(id), 'stats');
  const machine = `${hostname()} (server.instance ${instance})`;
  const shown = { ...session, machine };
  expect(await other.beta.sessions.retrieve(id)).toMatchObject(shown);
  expect((await other.beta.sessions.list()).data).toMatchObject([shown]);
  expect((await one.beta.sessions.list()).data).toMatchObject([session]);

  const conflict = { status: 409, message: expect.stringContaining(where) as unknown };
  const allow = { type: 'user.tool_confirmation' as const, tool_use_id: call, result: 'allow' as const };
  const events = other.beta.sessions.events;
  await expect(events.send(id, { events: [message('Go on.')] })).rejects.toMatchObject(conflict);
  await expect(events.send(id, { events: [allow] })).rejects.toMatchObject(conflict);
  await expect(events.stream(id)).rejects.toMatchObject(conflict);
  await expect(other.beta.sessions.delete(id)).rejects.toMatchObject(conflict);
  const question = await fetch(`${otherUrl}/permissions/${call}`);
  expect([question.status, await question.text()]).toEqual([409, expect.stringContaining(where)]);
  const chat = await fetch(`${otherUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-session-id': id },
    body: JSON.stringify({
      model: `${session.agent.model.id}:careful`,
      messages: [{ role: 'user', content: 'Go on.' }],
    }),
  });
  expect(chat.status).toBe(409);
  expect(await eventsOf(one, id)).toEqual(own);

  await kill();
  expect(await eventsOf(other, id)).toEqual(own);
  expect(await other.beta.sessions.retrieve(id)).toMatchObject(shown);
  await expect(events.send(id, { events: [message('Go on.')] })).rejects.toMatchObject(conflict);
});

test('while the database is away a machine has its own sessions, and says of others that it cannot tell', async () => {
  const server = await startPostgres();
  onTestFinished(server.remove);
  const { standIn, one, other } = await startTwo(server.urlOf('postgres'));
  standIn.behave(says('Hello.'));
  const create = (client: Anthropic) => client.beta.sessions.create({ agent: 'careful', environment_id: 'careful' });
  const { id: foreign } = await create(one);
  await expect.poll(() => other.beta.sessions.retrieve(foreign).then(({ id }) => id, String)).toBe(foreign);
  await server.stop();

  const { id } = await create(other);
  const watched = await WatchedSession.of(other, id);
  await other.beta.sessions.events.send(id, { events: [message('Hello')] });
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  const away = {
    status: 500,
    message: expect.stringContaining(`The database 127.0.0.1:${server.port}/postgres`) as unknown,
  };
  await expect(other.beta.sessions.retrieve(foreign)).rejects.toMatchObject(away);
  await expect(other.beta.sessions.list()).rejects.toMatchObject(away);

  await server.start();
  await expect.poll(() => eventsOf(one, id).catch(String)).toEqual(await eventsOf(other, id));
});
