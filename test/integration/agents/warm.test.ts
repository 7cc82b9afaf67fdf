import { mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../../src/service.ts';
import { startStandIn, type StandIn } from '../../../src/stand-in/stand-in.ts';
import { agentsConfig } from '../../support/agents/agents-config.ts';
import { message, says } from '../../support/agents/scripted.ts';
import { textOf, WatchedSession } from '../../support/agents/watched-session.ts';
import { cheapModel } from '../../support/harness.ts';
import { makeHome, processesOf } from '../../support/service/home.ts';
import { startService } from '../../support/service/start-service.ts';
import { started, type Stoppable } from '../../support/started.ts';

interface House extends Stoppable {
  standIn: StandIn;
  home: string;
  client: Anthropic;
  service: Service | undefined;
}

let house: House;

beforeAll(async () => {
  house = await started(async (cleanup) => {
    const home = realpathSync(makeHome(cleanup, 'agents-warm-'));
    const folder = join(home, 'work');
    mkdirSync(folder);
    const standIn = await startStandIn({});
    cleanup.defer(() => standIn.stop());
    const brief = {
      model: cheapModel,
      workspaces: [{ path: folder, mode: 'rw' as const }],
      tools: ['read' as const],
      system: 'Be brief.',
    };
    const { url, service } = await startService({
      as: 'in-process',
      ...{ cleanup, home, apiUrl: standIn.url },
      changes: { agents: agentsConfig({ brief }) },
    });
    return { standIn, home, service, client: new Anthropic({ baseURL: url, apiKey: 'any', maxRetries: 0 }) };
  });
});
afterAll(() => house.stop());

/** The transcripts of the agents' processes that run, by the ids of these. */
function running(): Map<number, string> {
  const ids = processesOf(house.home).flatMap((pid) => {
    const args = argumentsOf(pid);
    const index = args.indexOf('--session-id');
    return index < 0 ? [] : [[pid, args[index + 1] ?? ''] as const];
  });
  return new Map(ids);
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended since it was found.
    return [];
  }
}

function transcripts(): string[] {
  const root = join(house.home, '.claude/projects');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jsonl'))
    .map((path) => readFileSync(join(root, path), 'utf8'));
}

async function untilWaiting(besides: readonly string[] = []): Promise<string> {
  const waiting = () => [...running().values()].filter((transcript) => !besides.includes(transcript));
  await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(1);
  return waiting()[0] ?? '';
}

async function ask(id: string, text: string): Promise<string> {
  const watched = await WatchedSession.of(house.client, id);
  await house.client.beta.sessions.events.send(id, { events: [message(text)] });
  await watched.untilIdle();
  return textOf(watched.of('agent.message')[0]);
}

const create = () => house.client.beta.sessions.create({ agent: 'brief', environment_id: 'brief' });

test('a process waits for the next session, serves it alone, and leaves nothing where none comes', async () => {
  house.standIn.behave([says('one'), says('two')]);
  const first = await create();
  const ofFirst = await untilWaiting();
  expect(await ask(first.id, 'THE FIRST MESSAGE')).toBe('one');
  expect([...running().values()]).toContain(ofFirst);

  const ofSecond = await untilWaiting([ofFirst]);
  const second = await create();
  expect(await ask(second.id, 'THE SECOND MESSAGE')).toBe('two');
  const request = JSON.stringify(house.standIn.requests.at(-1)?.body);
  expect(request).toContain('Be brief.');
  expect(request).not.toContain('THE FIRST MESSAGE');

  const unused = await untilWaiting([ofFirst, ofSecond]);
  await house.service?.stop();
  expect(running()).toEqual(new Map());
  const written = transcripts();
  expect(written).toHaveLength(2);
  for (const [transcript, own, other] of [
    [ofFirst, 'THE FIRST MESSAGE', 'THE SECOND MESSAGE'],
    [ofSecond, 'THE SECOND MESSAGE', 'THE FIRST MESSAGE'],
  ] as const) {
    const text = written.find((each) => each.includes(transcript));
    expect(text).toContain(own);
    expect(text).not.toContain(other);
  }
  expect(written.some((text) => text.includes(unused))).toBe(false);
});
