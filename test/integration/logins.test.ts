import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { WirePoolStats } from '../../src/http/routes/owner/owner-schema.ts';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { inTurn, request as batchRequest } from '../feature/batches/open-batches.ts';
import { temporaryDir } from '../process/fixture.ts';
import { carefulIn } from '../support/agents/agent-house.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { batchesOfFile } from '../support/batches-beside.ts';
import { processesOf } from '../support/service/home.ts';
import { cheapModel, startHarness, withDirect, type ConfigChanges, type Harness } from '../support/harness.ts';

let harness: Harness;

afterEach(async () => {
  await harness.stop();
});

const tokens = { home: 'sk-ant-oat01-made-up-home', work: 'sk-ant-oat01-made-up-work' };
type Name = keyof typeof tokens;

// Where more processes wait than are wanted, one is ended before it has said what is used of the plan.
const pool = { max_warm: 8 };
const twoLogins = {
  pool,
  claude: {
    logins: [
      { name: 'home', token: tokens.home },
      { name: 'work', token: tokens.work },
    ],
  },
} satisfies ConfigChanges;

const isOf = (login: Name, { headers }: RecordedRequest) => headers.authorization === `Bearer ${tokens[login]}`;
/** How many requests have reached the API with a login. */
const asked = (login: Name) => harness.standIn.requests.filter((request) => isOf(login, request)).length;

const inHours = (hours: number) => Math.floor(Date.now() / 1000) + hours * 3600;
const limited = (hours: number) => apiErrors.planLimit(inHours(hours));
/** An answer that says how much of the login's plan is used; 2.1.197 tells it where a threshold is surpassed. */
const answer = (text: string, utilization = 0.93): Behaviour => ({
  kind: 'answer',
  text,
  headers: planHeaders({ status: 'allowed_warning', resetsAt: inHours(2), utilization }),
});
const answering = (behaviours: Record<Name, Behaviour>) => (request: RecordedRequest) =>
  behaviours[isOf('work', request) ? 'work' : 'home'];

const ask = async (...said: string[]) => {
  const messages = said.map((content, index) => ({
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content,
  }));
  const { choices } = await harness.client.chat.completions.create({ model: cheapModel, messages });
  return choices[0]?.message.content;
};

const stream = async (content: string) => {
  const chunks = await harness.client.chat.completions.create({
    model: cheapModel,
    messages: [{ role: 'user', content }],
    stream: true,
  });
  let text = '';
  for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
  return text;
};

const getJson = async (path: string) => (await (await fetch(`${harness.url}${path}`)).json()) as object;
const knownWindows = async () => ((await getJson('/v1/usage/quota')) as { buckets: { login: Name }[] }).buckets;
const isKnown = async (login: Name) => (await knownWindows()).some((window) => window.login === login);

describe('turns', () => {
  test('go to the login with the most left, and those of a conversation stay where it began', async () => {
    harness = await startHarness(answering({ home: answer('at home'), work: answer('at work', 0.91) }), twoLogins);
    expect(await ask('first')).toBe('at home');
    await expect.poll(() => isKnown('home')).toBe(true);

    expect(await ask('second')).toBe('at work');
    expect(await ask('first', 'at home', 'and then?')).toBe('at home');
    expect(await ask('third')).toBe('at work');
    await expect
      .poll(() => harness.log.lines.flatMap(({ fields }) => fields['login'] ?? []))
      .toEqual(['home', 'work', 'home', 'work']);
  });

  test.each([
    ['whole', ask],
    ['streamed', stream],
  ])('move on at the limit, %s, and the client notices nothing', async (_what, question) => {
    harness = await startHarness(answering({ home: limited(1), work: answer('at work') }), twoLogins);
    expect(await question('one')).toBe('at work');
    expect([asked('home'), asked('work')]).toEqual([1, 1]);

    // The limit is known now.
    expect(await question('two')).toBe('at work');
    expect([asked('home'), asked('work')]).toEqual([1, 2]);
    expect(await getJson('/ready')).toEqual({ status: 'ready' });
    expect(await getJson('/health')).toMatchObject({
      logins: [
        { name: 'home', status: 'not_ready', reason: 'rate_limited' },
        { name: 'work', status: 'ready' },
      ],
    });
  });

  test('fail when every login is limited, until the earliest reset, without asking again', async () => {
    harness = await startHarness(answering({ home: limited(3), work: limited(2) }), twoLogins);
    const earliest = new Date(inHours(2) * 1000).toISOString().slice(0, 15);
    for (let turn = 0; turn < 2; turn += 1) {
      await expect(ask('one')).rejects.toMatchObject({
        status: 429,
        code: 'plan_limit_reached',
        message: expect.stringContaining(`will reset at ${earliest}`) as string,
      });
    }

    expect([asked('home'), asked('work')]).toEqual([1, 1]);
    expect(await getJson('/ready')).toMatchObject({
      reason: 'rate_limited',
      resets_at: expect.stringContaining(earliest) as string,
    });
  });

  test('go to the API when every login is limited, where that is configured', async () => {
    const direct = answer('directly');
    const behaviours = answering({ home: limited(3), work: limited(2) });
    harness = await startHarness(
      (request) => (request.headers.authorization?.includes('api03') === true ? direct : behaviours(request)),
      { ...twoLogins, ...withDirect, fallback: 'direct' },
    );
    expect(await ask('one')).toBe('directly');
    expect([asked('home'), asked('work')]).toEqual([1, 1]);
  });

  test('leave the reserve of each login alone', async () => {
    harness = await startHarness(answering({ home: answer('at home', 0.95), work: limited(2) }), {
      ...twoLogins,
      limits: { reserve: { five_hour: 0.1 } },
    });
    expect(await ask('first')).toBe('at home');
    await expect.poll(() => isKnown('home')).toBe(true);

    await expect(ask('second')).rejects.toMatchObject({ status: 429, code: 'plan_limit_reached' });
    expect([asked('home'), asked('work')]).toEqual([1, 1]);
  });
});

describe('a login that is missing', () => {
  const withGuest = (folder: string) => ({
    pool,
    claude: {
      login_hint: 'sudo claude-harness login',
      logins: [
        { name: 'guest', config_dir: folder },
        { name: 'work', token: tokens.work },
      ],
    },
  });

  test('is passed over, and named to the owner', async () => {
    harness = await startHarness({ kind: 'answer', text: 'at work' }, withGuest(join(temporaryDir(), 'guest')));
    expect(await ask('one')).toBe('at work');
    expect(asked('work')).toBe(1);
    expect(await getJson('/ready')).toEqual({
      status: 'ready',
      notice: expect.stringMatching(/^Login guest: .*not logged in.*sudo claude-harness login --login guest/) as string,
    });
    expect(harness.service.alerts()).toEqual([expect.stringContaining('with the login guest') as string]);
    expect(await getJson('/health')).toMatchObject({
      can_sign_in: true,
      logins: [
        { name: 'guest', can_sign_in: true },
        { name: 'work', can_sign_in: false },
      ],
    });
    const signIn = await fetch(`${harness.url}/auth/login?login=work`, { method: 'POST' });
    expect([signIn.status, await signIn.text()]).toEqual([
      403,
      expect.stringMatching(/a sign-in would not change: make a new token .*claude\.logins/) as string,
    ]);
    expect(await getJson('/auth/status?login=guest')).toMatchObject({ logged_in: false });
    expect(await getJson('/auth/status?login=work')).toMatchObject({ logged_in: true, method: 'oauth_token' });
    expect(await getJson('/auth/status?login=nobody')).toMatchObject({ error: { param: 'login' } });
  });

  test('serves again once somebody has signed in', async () => {
    const folder = temporaryDir();
    harness = await startHarness(
      (request) => (isOf('work', request) ? limited(1) : { kind: 'answer', text: 'as a guest' }),
      withGuest(folder),
    );
    expect(await getJson('/ready')).toMatchObject({ notice: expect.stringContaining('Login guest: ') as string });
    // As the CLI keeps a login, made up.
    const accessToken = 'sk-ant-oat01-made-up-guest';
    const login = { accessToken, refreshToken: 'made-up', expiresAt: inHours(5) * 1000, scopes: ['user:inference'] };
    writeFileSync(join(folder, '.credentials.json'), JSON.stringify({ claudeAiOauth: login }));

    expect(await ask('one')).toBe('as a guest');
    expect(harness.standIn.requests.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`);
    expect(await getJson('/ready')).toEqual({ status: 'ready' });
  });

  test('is passed over where the API refuses it', async () => {
    harness = await startHarness(answering({ home: apiErrors.authentication(), work: answer('at work') }), twoLogins);
    expect(await ask('one')).toBe('at work');
    // The CLI itself asks again after a 401.
    const before = asked('home');
    expect(before).toBeGreaterThan(0);
    expect(await ask('two')).toBe('at work');
    expect(asked('home')).toBe(before);
    expect(await getJson('/ready')).toMatchObject({ notice: expect.stringContaining('Login home: ') as string });
  });

  test('fails turns only where all are', async () => {
    harness = await startHarness(apiErrors.authentication(), twoLogins);
    await expect(ask('one')).rejects.toMatchObject({ status: 503, code: 'not_logged_in' });
    expect(await getJson('/ready')).toMatchObject({ reason: 'not_logged_in' });
  });
});

test('a batch leaves a login above batches.pause_above alone, though its conversation began there', async () => {
  harness = await startHarness(answering({ home: answer('at home', 0.93), work: answer('at work') }), {
    ...twoLogins,
    batches: { pause_above: 0.9 },
  });
  expect(await ask('one')).toBe('at home');
  await expect.poll(() => isKnown('home')).toBe(true);
  const batches = batchesOfFile(join(harness.home, 'state/state.db'));
  onTestFinished(batches.close);
  const body = { model: cheapModel, max_tokens: 50, messages: [{ role: 'user', content: 'one' }] };
  const { id } = await batches.create(inTurn([batchRequest('a', body)]));

  await expect.poll(async () => (await batches.get(id)).status, { timeout: 40_000 }).toBe('ended');
  expect(await batches.results(id)).toMatchObject([{ response: { body: { content: [{ text: 'at work' }] } } }]);
});

test('an agent stays with the first login, and fails at its limit', async () => {
  const folder = temporaryDir();
  harness = await startHarness(answering({ home: answer('at home', 0.93), work: answer('at work', 0.91) }), {
    ...twoLogins,
    agents: agentsConfig({ careful: carefulIn(folder) }),
  });
  const askAgent = async (content: string) => {
    const messages = [{ role: 'user' as const, content }];
    const { choices } = await harness.client.chat.completions.create({ model: `${cheapModel}:careful`, messages });
    return choices[0]?.message.content;
  };
  expect(await askAgent('one')).toBe('at home');
  await expect.poll(() => isKnown('home')).toBe(true);
  expect(await ask('one')).toBe('at work');
  expect(await askAgent('two')).toBe('at home');
  expect(asked('work')).toBe(1);
  expect(asked('home') + asked('work')).toBe(harness.standIn.requests.length);

  harness.standIn.behave(answering({ home: limited(1), work: answer('at work') }));
  await expect(askAgent('three')).rejects.toMatchObject({ code: 'plan_limit_reached' });
});

test('processes wait for the logins that are in use alone', async () => {
  harness = await startHarness(answering({ home: answer('at home'), work: answer('at work') }), twoLogins);
  await expect.poll(harness.allWait).toBe(true);
  const waiting = () => processesOf(harness.home).map((pid) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
  expect(waiting().length).toBeGreaterThan(0);
  expect(waiting().every((environment) => environment.includes(tokens.home))).toBe(true);
});

test('the owner sees whose login each process has', async () => {
  harness = await startHarness(answering({ home: limited(1), work: answer('at work') }), twoLogins);
  expect(await ask('one')).toBe('at work');
  await expect.poll(harness.allWait).toBe(true);
  const { sessions } = (await getJson('/v1/pool/stats')) as WirePoolStats;
  expect(sessions.map(({ login }) => login)).toContain('work');
  for (const { id, login } of sessions) {
    expect(readFileSync(`/proc/${id}/environ`, 'utf8')).toContain(tokens[login as Name]);
  }
});

test('no token is in the log, the health report, or the configuration', async () => {
  harness = await startHarness(apiErrors.authentication(), { ...twoLogins, logging: { level: 'debug' } });
  await ask('one').catch(() => undefined);
  const told = [harness.log.lines, await getJson('/health'), await getJson('/ready'), await getJson('/v1/config')];
  expect(JSON.stringify(told)).not.toContain('made-up-');
});
