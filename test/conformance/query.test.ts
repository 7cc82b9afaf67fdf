import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { bash, calls, says, write } from '../support/agents/scripted.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf } from '../support/upstream.ts';

let harness: Harness;
let folder: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'agent-work-')));
  mkdirSync(join(folder, 'part'));
  harness = await startHarness(undefined, {
    agents: agentsConfig({
      free: {
        model: cheapModel,
        workspaces: [{ path: folder, mode: 'rw' }],
        tools: ['bash', 'read', 'write'],
        permissions: { default: 'always_allow' },
        sandbox: 'off',
      },
    }),
  });
});

afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Event {
  name: string;
  data: Record<string, unknown>;
}

interface Raw {
  type: string;
  content_block?: { type: string; id?: string; name?: string };
  delta?: { type?: string; text?: string; partial_json?: string };
}

/** What AiCore's client makes of a stream: text as it comes, tools that start and conclude, and the result. */
class Seen {
  readonly events: Event[] = [];
  text = '';
  readonly tools: string[] = [];
  readonly #names = new Map<string, string>();

  take(event: Event): void {
    this.events.push(event);
    if (event.name === 'stream_event') this.#takeRaw(event.data['event'] as Raw);
    if (event.name !== 'user_message') return;
    for (const { tool_use_id: id } of event.data['content'] as { tool_use_id: string }[]) {
      this.tools.push(`${this.#names.get(id) ?? 'unknown'} concluded`);
    }
  }

  of(name: string): Record<string, unknown>[] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data);
  }

  #takeRaw({ content_block: block, delta }: Raw): void {
    if (block?.type === 'tool_use') {
      this.#names.set(block.id ?? '', block.name ?? '');
      this.tools.push(`${block.name ?? ''} started`);
    }
    if (delta?.type === 'text_delta') this.text += delta.text ?? '';
  }
}

async function ask(body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${harness.url}/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}

async function* eventsOf({ body }: Response): AsyncGenerator<Event> {
  if (body === null) throw new Error('the stream has no body');
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const [, name, data] = /^id: \d+\nevent: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) as Event['data'] };
    }
  }
}

async function run(body: object): Promise<Seen> {
  const seen = new Seen();
  for await (const event of eventsOf(await ask(body))) seen.take(event);
  return seen;
}

describe('a query', () => {
  test('works with the tools of the agent, and tells of them, of the text and of the end', async () => {
    const path = join(folder, 'hello.txt');
    harness.standIn.behave([
      calls(write(path, 'hello\n')),
      calls(bash('wc -c hello.txt')),
      { kind: 'answer', deltas: ['It has ', 'six bytes.'], deltaEveryMs: 20 },
    ]);
    const seen = await run({ prompt: 'Write it, and count.' });
    expect(readFileSync(path, 'utf8')).toBe('hello\n');
    expect(seen.tools).toEqual(['Write started', 'Write concluded', 'Bash started', 'Bash concluded']);
    expect(seen.text).toBe('It has six bytes.');
    expect(JSON.stringify(seen.of('user_message').at(-1))).toContain('6 hello.txt');
    const [init] = seen.of('system_message');
    expect(init).toMatchObject({ subtype: 'init', data: { cwd: folder, tools: ['Bash', 'Read', 'Write'] } });
    const [result] = seen.of('result_message');
    const { session_id: id } = (init as { data: { session_id: string } }).data;
    expect(result).toMatchObject({ subtype: 'success', is_error: false, num_turns: 3, result: 'It has six bytes.' });
    expect(result?.['session_id']).toBe(id);
    expect(result?.['total_cost_usd']).toBeGreaterThan(0);

    harness.standIn.behave(says('Six.'));
    const next = await run({ prompt: 'How many?', options: { resume: id } });
    expect(next.of('result_message')[0]).toMatchObject({ session_id: id, result: 'Six.', num_turns: 1 });
    const roles = conversationOf(harness.standIn.requests.at(-1)).map(({ role }) => role);
    expect(roles.filter((role) => role === 'user').length).toBeGreaterThan(1);
  });

  test('works in a folder of a workspace, with fewer tools', async () => {
    harness.standIn.behave([calls(bash('pwd > where.txt')), says('Done.')]);
    const cwd = join(folder, 'part');
    const options = { cwd, allowed_tools: ['Bash'], max_turns: 3, permission_mode: 'dontAsk' };
    const seen = await run({ prompt: 'Where?', system_prompt: 'Be brief.', options });
    expect(readFileSync(join(cwd, 'where.txt'), 'utf8')).toBe(`${cwd}\n`);
    expect(seen.of('result_message')[0]).toMatchObject({ subtype: 'success' });
    const tools = (harness.standIn.requests.at(-1)?.body as { tools: { name: string }[] }).tools;
    expect(tools.map(({ name }) => name)).not.toContain('Write');
  });

  test('is cancelled by its id, and its command with it', async () => {
    const mark = join(folder, 'late.txt');
    harness.standIn.behave([calls(bash(`touch ${folder}/begun; sleep 30; touch ${mark}`)), says('Done.')]);
    const response = await ask({ prompt: 'Wait.' });
    const id = response.headers.get('x-session-id') ?? '';
    const seen = new Seen();
    let cancelled: Response | undefined;
    for await (const event of eventsOf(response)) {
      seen.take(event);
      if (cancelled !== undefined || seen.tools.length === 0) continue;
      cancelled = await fetch(`${harness.url}/query/${id}`, { method: 'DELETE' });
    }
    expect(await cancelled?.json()).toEqual({ status: 'cancelled', session_id: id });
    expect(seen.of('result_message')[0]).toMatchObject({ subtype: 'error_during_execution', is_error: true });
    expect(seen.of('error')).toEqual([{ message: 'The query was cancelled.', exit_code: null }]);
    expect(existsSync(mark)).toBe(false);
  });

  test('is cancelled when its client leaves', async () => {
    harness.standIn.behave([calls(bash('sleep 30')), says('Done.')]);
    const left = new AbortController();
    const response = await ask({ prompt: 'Wait.' }, left.signal);
    const id = response.headers.get('x-session-id') ?? '';
    for await (const { name } of eventsOf(response)) if (name === 'assistant_message') break;
    left.abort();
    await expect
      .poll(async () => {
        const session = await fetch(`${harness.url}/v1/sessions/${id}`);
        return (await session.json()) as object;
      })
      .toMatchObject({ status: 'idle' });
  });
});
