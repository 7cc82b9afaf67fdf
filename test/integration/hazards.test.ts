import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { chatArguments } from '../../src/cli/arguments.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf, systemOf, upstreamBody } from '../support/upstream.ts';

/** What the CLI does to a prompt unless it is told otherwise; each is closed, and shown here through the real CLI. */

const secret = 'the-content-of-a-private-file';

let harness: Harness;
/** Feeds conversations, so that the CLI reads all of them; it is asked where that makes a difference. */
let feeding: Harness;

beforeAll(async () => {
  process.env['ANTHROPIC_API_KEY'] = 'sk-ant-api03-of-the-operator';
  process.env['CLAUDECODE'] = '1';
  harness = await startHarness({ kind: 'answer', text: 'ok' });
  feeding = await startHarness({ kind: 'answer', text: 'ok' }, { claude: { prompt: 'fed' } });
  plantSecrets(harness.home);
  plantSecrets(feeding.home);
});

afterAll(async () => {
  delete process.env['ANTHROPIC_API_KEY'];
  delete process.env['CLAUDECODE'];
  await Promise.all([harness.stop(), feeding.stop()]);
});

/** Everything of the operator's that the CLI would read by itself, each with a mark of its own. */
function plantSecrets(home: string): void {
  const claudeDir = join(home, '.claude');
  mkdirSync(claudeDir, { recursive: true });
  writeFileSync(join(home, 'private.txt'), secret);
  writeFileSync(join(home, 'MARK-name.txt'), '');
  writeFileSync(join(claudeDir, 'CLAUDE.md'), 'MARK-memory');
  writeFileSync(join(home, 'CLAUDE.md'), 'MARK-parent-memory');
  writeFileSync(
    join(claudeDir, 'settings.json'),
    JSON.stringify({
      env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '77' },
      hooks: {
        UserPromptSubmit: [
          { hooks: [{ type: 'command', command: `echo MARK-hook; touch ${join(home, 'hook-ran')}` }] },
        ],
      },
    }),
  );
  const server = { type: 'stdio', command: 'touch', args: [join(home, 'mcp-ran')] };
  const configFile = join(home, '.claude.json');
  const config = JSON.parse(readFileSync(configFile, 'utf8')) as object;
  writeFileSync(configFile, JSON.stringify({ ...config, mcpServers: { planted: server } }));
}

async function ask(content: string, earlier: string[] = [], asked = harness): Promise<void> {
  const history = earlier.flatMap((text) => [
    { role: 'user' as const, content: text },
    { role: 'assistant' as const, content: 'Go on.' },
  ]);
  // A process that was started before the secrets were planted would not show that it reads them.
  await asked.client.chat.completions.create({
    model: cheapModel,
    messages: [...history, { role: 'user', content }],
  });
}

const lastRequest = (asked = harness) => asked.standIn.requests.at(-1);

const ways = [
  ['as it is', () => harness],
  ['fed', () => feeding],
] as const;

describe.each(ways)('a file mention in a conversation that is given %s', (_way, asked) => {
  test.each([
    ['plain', (home: string) => `Read @${home}/private.txt`],
    ['quoted', (home: string) => `Read @"${home}/private.txt"`],
    ['line range', (home: string) => `Read @${home}/private.txt#L1-2`],
    ['home', () => 'Read @~/private.txt'],
    ['relative', () => 'Read @../private.txt'],
    ['directory', (home: string) => `List @${home}/`],
  ])('(%s) stays text, also in fed history', async (_form, mention) => {
    const text = mention(asked().home);
    await ask(text, [text], asked());

    expect(JSON.stringify(upstreamBody(lastRequest(asked())))).not.toContain(secret);
    expect(JSON.stringify(upstreamBody(lastRequest(asked())))).not.toContain('MARK-');
    expect(conversationOf(lastRequest(asked()))).toEqual([
      { role: 'user', content: [text] },
      { role: 'assistant', content: ['Go on.'] },
      { role: 'user', content: [text] },
    ]);
  });
});

describe.each(ways)('a slash command in a conversation that is given %s', (way, asked) => {
  test.each(['/context', '/cost', '/help me', '/clear\nand go on', '/no-such-command', '/mcp__server__prompt'])(
    '%j asks the model like any other text, also in fed history',
    async (text) => {
      const before = asked().standIn.requests.length;
      await ask(text, [text], asked());

      // A line break is what hides it from the CLI, where that reads it.
      const arrived = way === 'fed' ? `\n${text}` : text;
      expect(asked().standIn.requests.length).toBe(before + 1);
      expect(conversationOf(lastRequest(asked()))).toEqual([
        { role: 'user', content: [arrived] },
        { role: 'assistant', content: ['Go on.'] },
        { role: 'user', content: [arrived] },
      ]);
    },
  );

  test.each(['/etc/passwd', '/ context', '// comment', '!ls', '# heading', 'exit', ' /context', 'see /context'])(
    '%j is none and goes through as it is',
    async (text) => {
      await ask(text, [], asked());

      expect(conversationOf(lastRequest(asked()))).toEqual([{ role: 'user', content: [text] }]);
    },
  );
});

describe('the operator’s own things stay out', () => {
  test('settings, hooks, memory files and MCP servers', async () => {
    await ask('Hello');
    await ask('Hello again');
    const body = upstreamBody(lastRequest());

    expect(JSON.stringify(body)).not.toContain('MARK-');
    expect(body.max_tokens).toBe(32_000);
    expect(readdirSync(harness.home)).not.toContain('hook-ran');
    expect(readdirSync(harness.home)).not.toContain('mcp-ran');
  });

  test('an API key in the environment, which would outrank the subscription', async () => {
    await ask('Hello');
    const { headers } = lastRequest() ?? {};

    expect(headers?.['authorization']).toBe('Bearer sk-ant-oat01-made-up');
    expect(headers?.['x-api-key']).toBeUndefined();
  });

  test('everything that is not on the list of the child’s environment', () => {
    const names = childEnvironments(harness.home).flatMap((environment) =>
      environment.map((entry) => entry.split('=')[0]),
    );

    expect(names).toContain('HOME');
    expect(names).not.toContain('ANTHROPIC_API_KEY');
    expect(names).not.toContain('CLAUDECODE');
    // vitest sets this one for us, so it would be there if anything were inherited unseen.
    expect(process.env['VITEST']).toBeDefined();
    expect(names).not.toContain('VITEST');
  });
});

test('no part of a request is in any command line', async () => {
  harness.standIn.behave({ kind: 'answer', text: 'ok', firstDeltaAfterMs: 2000 });
  const asked = harness.client.chat.completions.create({
    model: cheapModel,
    messages: [
      { role: 'system', content: 'SYSTEM-MARK' },
      { role: 'user', content: 'PROMPT-MARK' },
    ],
  });
  await expect.poll(() => systemOf(lastRequest())).toEqual(['SYSTEM-MARK']);
  const lines = commandLines(harness.home);
  await asked;
  harness.standIn.behave({ kind: 'answer', text: 'ok' });

  expect(lines.length).toBeGreaterThan(0);
  const errorLog: unknown = expect.stringMatching(/\/errors\.log$/);
  for (const line of lines) expect(line.slice(1)).toEqual([...chatArguments(cheapModel), '--debug-file', errorLog]);
});

test('prompts are in no log line, at any level', async () => {
  await ask('LOG-MARK in a prompt');

  expect(JSON.stringify(harness.log.lines)).not.toContain('LOG-MARK');
  expect(harness.log.lines.some(({ message }) => message.startsWith('POST /v1/chat/completions'))).toBe(true);
});

describe('a long conversation', () => {
  const long = 'word '.repeat(20_000);

  test('that the API finds too long is an error, and not summed up and asked again', async () => {
    const before = harness.standIn.requests.length;
    harness.standIn.behave([apiErrors.promptTooLong(), { kind: 'answer', text: 'ok' }]);

    await expect(
      ask(
        'Go on.',
        Array.from({ length: 6 }, () => long),
      ),
    ).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
    });
    expect(harness.standIn.requests.length).toBe(before + 1);
  });

  test('is for the API to judge, whatever the CLI would guess', async () => {
    harness.standIn.behave({ kind: 'answer', text: 'ok' });
    await ask('What was the first word?', [long.repeat(8)]);

    expect(conversationOf(lastRequest())[0]).toEqual({ role: 'user', content: [long.repeat(8)] });
  });
});

test('newer CLIs tell the model where they run, which is an empty directory', async () => {
  await ask('Hello', [], feeding);
  const cwd = /working directory: (\S+?)(?:\\n|")/.exec(JSON.stringify(upstreamBody(lastRequest(feeding))))?.[1];

  expect(cwd ?? join(feeding.home, 'workspace')).toBe(join(feeding.home, 'workspace'));
  expect(readdirSync(join(feeding.home, 'workspace'))).toEqual([]);
});

function childEnvironments(home: string): string[][] {
  return procFiles('environ').filter((entries) => entries.includes(`HOME=${home}`));
}

function commandLines(home: string): string[][] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && procFile(pid, 'environ').includes(`HOME=${home}`))
    .map((pid) => procFile(pid, 'cmdline'));
}

function procFiles(name: string): string[][] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => procFile(pid, name));
}

function procFile(pid: string, name: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
