import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { defaultConfig } from '../../src/config/schema.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { planHeaders } from '../../src/stand-in/plan-headers.ts';
import { promptText } from '../../src/stand-in/prompt-text.ts';
import { hashToken } from '../../src/util/token-hash.ts';
import { examplesIn, pages, readPage } from '../docs/examples.ts';
import { runExample } from '../docs/run-example.ts';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { bash, calls } from '../support/agents/scripted.ts';
import { startHarness, withDirect, type Harness } from '../support/harness.ts';

/* Every example with curl in the documentation, as a reader would run it: page by page, in order. */

const token = 'made-up-token';

let workspace: string;
let harness: Harness;
/** One that asks for a token, and whose CLI is not logged in, for the examples that send one. */
let guarded: Harness;

beforeAll(async () => {
  workspace = mkdtempSync(join(realpathSync(tmpdir()), 'examples-workspace-'));
  const tidy = {
    ...{ model: 'sonnet', workspaces: [{ path: workspace, mode: 'rw' as const }], sandbox: 'off' as const },
    tools: ['bash' as const, 'read' as const, 'grep' as const],
    permissions: { default: 'always_ask' as const, read: 'always_allow' as const },
  };
  const { cache } = defaultConfig();
  harness = await startHarness(answering, {
    ...{ ...withDirect, agents: agentsConfig({ tidy }), admin: { execute: true }, cache: { ...cache, ttl: 300_000 } },
  });
  guarded = await startHarness(undefined, {
    server: { tokens: [{ hash: hashToken(token), name: 'desk', role: 'owner', budget: { cost_per_week: 20 } }] },
    claude: { env: { CLAUDE_CODE_OAUTH_TOKEN: '', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' } },
  });
});

afterAll(async () => {
  await harness.stop();
  await guarded.stop();
  rmSync(workspace, { recursive: true });
});

/** The model: a novel takes it for ever, and where photos are to be sorted, it makes a folder. */
function answering({ body }: RecordedRequest): Behaviour {
  const prompt = promptText(body);
  if (prompt.includes('novel')) return { kind: 'hang' };
  if (prompt.includes('photos')) return calls(bash('mkdir 2026'));
  const headers = planHeaders({ status: 'allowed', resetsAt: Math.floor(Date.now() / 1000) + 3600 });
  return { kind: 'answer', text: 'Blue light is scattered most.', headers };
}

const examplesOf = pages.map((page) => ({ page, examples: examplesIn(readPage(page)) }));

describe.each(examplesOf.filter(({ examples }) => examples.length > 0))('$page', ({ examples }) => {
  let folder: string;
  /** By the examples of the page so far. */
  let printed = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'examples-'));
    writeFileSync(join(folder, 'report.pdf'), '%PDF-1.4\n%%EOF\n');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(examples)('line $line: $section', async (example) => {
    const { url } = example.commands.includes('$TOKEN') ? guarded : harness;
    printed += await runExample(example, printed, { url, folder, variables: { TOKEN: token } });
  });
});
