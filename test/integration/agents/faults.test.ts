import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Answer } from '../../../src/stand-in/behaviour.ts';
import { StateFile } from '../../../src/state/state-file.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { openAgentHouse, type AgentHouse } from '../../support/agents/agent-house.ts';
import { bash, calls, message, says } from '../../support/agents/scripted.ts';
import { textOf, WatchedSession, type SessionEvent } from '../../support/agents/watched-session.ts';
import { cliUnderTest } from '../../support/cli-under-test.ts';
import { processesOf } from '../../support/service/home.ts';

let house: AgentHouse;

beforeEach(async () => {
  house = await openAgentHouse();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await house.stop();
});

/** What runs in the house. */
const commands = (): string[] => processesOf(house.home).map(commandOf);

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended since it was found.
    return '';
  }
}

/** Has a line for each time that the model's command has run. */
const runs = (): string => readFileSync(join(house.folder, 'runs.txt'), 'utf8');

async function begin(client: Anthropic, text: string): Promise<{ id: string; watched: WatchedSession }> {
  const { id } = await client.beta.sessions.create({ agent: 'careful', environment_id: 'careful' });
  const watched = await WatchedSession.of(client, id);
  await say(client, id, text);
  return { id, watched };
}

const say = (client: Anthropic, id: string, text: string) =>
  client.beta.sessions.events.send(id, { events: [message(text)] });

/** All that has happened in the session. */
async function kept(client: Anthropic, id: string): Promise<string[]> {
  const { data } = await client.beta.sessions.events.list(id, { limit: 1000 });
  return data.map((event) => event.id);
}

const idsOf = (events: readonly SessionEvent[]): string[] => events.map((event) => ('id' in event ? event.id : ''));
const lastRequest = (): string => JSON.stringify(house.standIn.requests.at(-1)?.body);

/**
 * Makes the state file one that may not grow, which SQLite reports as a full disk; gives what makes room again: after a
 * failure the service opens the file anew, and the limit is of a connection.
 */
function fillDisk(): () => void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with the file that it is of
  const { write } = StateFile.prototype;
  const full = vi.spyOn(StateFile.prototype, 'write').mockImplementation(function (this: StateFile, work) {
    return write.call(this, (database) => {
      const result = work(database);
      database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true }))}`);
      // More than what is left in pages that the file has already.
      database.exec('CREATE TABLE filler AS SELECT zeroblob(10000000)');
      return result;
    });
  });
  return () => {
    full.mockRestore();
  };
}

test('a full disk ends the turn, keeps all that was seen, says what to do, and the session goes on with room', async () => {
  const { client } = await house.start({ careful: { warm: 'never' } });
  const answer = createDeferred<Answer>();
  const behaviours = [calls(bash('echo ran >> runs.txt')), answer.promise, says('Back.')];
  house.standIn.behave((_request, index) => behaviours[index] ?? says('not reached'));
  const { id, watched } = await begin(client, 'Count.');
  await watched.until(({ type }) => type === 'agent.tool_result');
  await expect.poll(() => house.standIn.requests.length).toBe(2);

  const makeRoom = fillDisk();
  answer.resolve(says('never kept'));
  await expect.poll(commands).toEqual([]);
  const refusal = { status: 500, message: expect.stringContaining('its disk is full; free some space') as string };
  await expect(say(client, id, 'Lost.')).rejects.toMatchObject(refusal);
  await expect(client.beta.sessions.create({ agent: 'careful', environment_id: 'careful' })).rejects.toMatchObject(
    refusal,
  );
  expect((await kept(client, id)).slice(0, watched.events.length)).toEqual(idsOf(watched.events));

  makeRoom();
  expect(await watched.untilIdle()).toEqual({ type: 'retries_exhausted' });
  expect(watched.of('session.error')[0]?.error.message).toMatch(/could not be kept\. .*free some space\. Then send/);
  await say(client, id, 'Go on.');
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  expect(watched.of('agent.message').map(textOf)).toEqual(['Back.']);
  expect(await kept(client, id)).toEqual(idsOf(watched.events));
  expect(lastRequest()).toContain('echo ran');
  expect(lastRequest()).not.toContain('Lost.');
  expect(runs()).toBe('ran\n');
});

test('a service that takes over from another runs no turn again, waits for its end, and shows all of it', async () => {
  const first = await house.start({ careful: { warm: 'never' } });
  const leftOfFirst: string[][] = [];
  const answers = [calls(bash("trap '' TERM; echo ran >> runs.txt; sleep 81")), says('Then.'), says('Last.')];
  house.standIn.behave((_request, index) => {
    if (index > 0) leftOfFirst.push(commands().filter((command) => command.startsWith('sleep')));
    return answers[index] ?? says('not reached');
  });
  const { id, watched } = await begin(first.client, 'Count.');
  await watched.until(({ type }) => type === 'agent.tool_use');
  await expect.poll(() => commands().some((command) => command.startsWith('sleep'))).toBe(true);

  const second = await house.start({ careful: { warm: 'never' } });
  const [sent] = (await say(second.client, id, 'And then?')).data ?? [];
  expect(await kept(second.client, id)).toEqual([...idsOf(watched.events), sent?.id]);
  expect(house.standIn.requests).toHaveLength(1);

  const stopped = first.service.stop();
  expect(await watched.untilIdle()).toEqual({ type: 'retries_exhausted' });
  expect(watched.of('session.error').map(({ error }) => error.message)).toEqual([
    expect.stringContaining('shut down during the turn'),
  ]);
  const seen = watched.events.slice(0, -2);
  await say(second.client, id, 'And last?');
  await stopped;
  const after = await WatchedSession.of(second.client, id, { after: idsOf(seen).at(-1) ?? '' });
  expect(await after.untilIdle()).toEqual({ type: 'retries_exhausted' });
  for (let turn = 0; turn < 2; turn += 1) expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(after.of('agent.message').map(textOf)).toEqual(['Then.', 'Last.']);
  expect(await kept(second.client, id)).toEqual(idsOf([...seen, ...after.events]));
  expect(leftOfFirst).toEqual([[], []]);
  expect(lastRequest()).toMatch(/And then\?.*Then\..*And last\?/);
  expect(runs()).toBe('ran\n');
});

test('a CLI that is killed before its first line is an error of the turn, and the next message brings both', async () => {
  const cli = join(house.home, 'claude');
  const killed = join(house.home, 'killed');
  writeFileSync(cli, killedAtItsFirstStart(killed));
  chmodSync(cli, 0o755);
  const { client } = await house.start({ cli, careful: { warm: 'never' } });
  house.standIn.behave(says('Here.'));
  const { id, watched } = await begin(client, 'The first.');
  expect(await watched.untilIdle()).toEqual({ type: 'retries_exhausted' });
  expect(existsSync(killed)).toBe(true);
  expect(watched.of('session.error').map(({ error }) => error)).toMatchObject([
    { code: 'CLI_FAILED', message: expect.stringContaining('doctor') as string, retry_status: { type: 'exhausted' } },
  ]);
  expect(house.standIn.requests).toEqual([]);

  await say(client, id, 'The second.');
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  expect(textOf(watched.of('agent.message')[0])).toBe('Here.');
  expect(lastRequest()).toMatch(/The first\..*The second\./);
  expect(await kept(client, id)).toEqual(idsOf(watched.events));
});

/** A program that becomes the real CLI, and as an agent is killed the first time as soon as it is. */
const killedAtItsFirstStart = (mark: string): string => `#!/bin/sh
case "$*" in *--session-id*)
  [ -e '${mark}' ] || {
    : > '${mark}'
    (until [ /proc/$$/exe -ef '${cliUnderTest}' ]; do :; done; kill -KILL $$) < /dev/null > /dev/null 2>&1 &
  } ;;
esac
exec '${cliUnderTest}' "$@"
`;
