/**
 * `npx tsx scripts/measure-prices.ts [model...]`: measures what the claude CLI takes a million tokens of each kind to cost
 * by the API, to check `src/core/list-prices.ts`, which has the models of the command line by default. The CLI runs against the stand-in for the API, without
 * login and internet: each answer says that it took tokens of one kind, and the CLI says what the session has cost so far.
 * `CLAUDE_UNDER_TEST=/path/to/claude` names another CLI.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { openLab } from '../bench/support/lab.ts';
import { chatArguments } from '../src/cli/arguments.ts';
import { listPrices } from '../src/core/list-prices.ts';
import type { TokenPrices } from '../src/core/prices.ts';
import { startStandIn } from '../src/stand-in/stand-in.ts';
import { Cleanup } from '../test/support/cleanup.ts';
import { cliUnderTest } from '../test/support/cli-under-test.ts';
import { endProcess } from '../test/support/end-process.ts';

/** Few enough for the price of short prompts, and enough for that of long ones. */
const few = 10_000;
const longPrompt = 900_000;

type Usage = Readonly<Record<string, unknown>>;

const none = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
const written = (fiveMinutes: number, hour: number): Usage => ({
  cache_creation_input_tokens: fiveMinutes + hour,
  cache_creation: { ephemeral_5m_input_tokens: fiveMinutes, ephemeral_1h_input_tokens: hour },
});

const kinds: Readonly<Record<keyof TokenPrices, (tokens: number) => Usage>> = {
  input: (tokens) => ({ input_tokens: tokens }),
  output: (tokens) => ({ output_tokens: tokens }),
  cacheRead: (tokens) => ({ cache_read_input_tokens: tokens }),
  cacheWrite5m: (tokens) => written(tokens, 0),
  cacheWrite1h: (tokens) => written(0, tokens),
};

const names = Object.keys(kinds) as (keyof TokenPrices)[];
const resultLine = z.object({ type: z.literal('result'), total_cost_usd: z.number() });

const models = process.argv.length > 2 ? process.argv.slice(2) : namedModels();
const cleanup = new Cleanup();
try {
  for (const model of models) console.log(`${model} ${JSON.stringify(await measure(model))}`);
} finally {
  await cleanup.run();
}

/** Those of the list, without their patterns. */
function namedModels(): string[] {
  return listPrices.flatMap((entry) => entry.models.filter((model) => !model.includes('*')));
}

interface Measured {
  prices: TokenPrices;
  /** The same of a long prompt, where they differ, and the longest prompt that does not count as one. */
  long?: { prices: TokenPrices; above: number };
}

async function measure(model: string): Promise<Measured> {
  const session = await openSession(model);
  try {
    const prices = await pricesAt(session, 0);
    const long = await pricesAt(session, longPrompt);
    if (names.every((name) => prices[name] === long[name])) return { prices };
    return { prices, long: { prices: long, above: await longestShortPrompt(session, prices.input) } };
  } finally {
    await session.end();
  }
}

/** The prices of tokens that come with a prompt of this length besides. */
async function pricesAt({ costOf }: Session, promptTokens: number): Promise<TokenPrices> {
  const beside = await costOf({ input_tokens: promptTokens });
  const measured: Partial<TokenPrices> = {};
  for (const name of names) {
    const usage = { input_tokens: promptTokens, ...kinds[name](few) };
    if (name === 'input') usage['input_tokens'] = promptTokens + few;
    measured[name] = perMillion((await costOf(usage)) - beside, few);
  }
  return measured as TokenPrices;
}

async function longestShortPrompt({ costOf }: Session, price: number): Promise<number> {
  const base = await costOf({});
  let [short, long] = [few, longPrompt];
  while (long - short > 1) {
    const middle = Math.floor((short + long) / 2);
    const isShort = perMillion((await costOf({ input_tokens: middle })) - base, middle) <= price;
    if (isShort) short = middle;
    else long = middle;
  }
  return short;
}

function perMillion(usd: number, tokens: number): number {
  return Math.round((usd / tokens) * 1e10) / 1e4;
}

interface Session {
  /** What an answer that took these tokens costs, in USD. */
  costOf: (usage: Usage) => Promise<number>;
  end(): Promise<void>;
}

async function openSession(model: string): Promise<Session> {
  let usage: Usage = {};
  const standIn = await startStandIn({
    behaviour: () => ({ kind: 'answer', text: 'Hi', model, usage: { ...none, ...usage } }),
  });
  cleanup.defer(() => standIn.stop());
  const { cliEnv, workspace } = await openLab(cleanup, standIn.url);
  const child = spawn(cliUnderTest, chatArguments(model), {
    cwd: workspace,
    env: cliEnv,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  cleanup.defer(() => endProcess(child));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let total = 0;
  return {
    costOf: async (next) => {
      usage = next;
      const before = standIn.requests.length;
      child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: 'Hi' } })}\n`);
      for (;;) {
        const line: IteratorResult<string, unknown> = await lines.next();
        if (line.done === true) throw new Error(`the CLI ended without a result for ${model}`);
        const result = resultLine.safeParse(JSON.parse(line.value));
        if (!result.success) continue;
        const cost = result.data.total_cost_usd - total;
        total = result.data.total_cost_usd;
        const asked = standIn.requests.slice(before).map(({ body }) => (body as { model: string }).model);
        // It asks for another model in place of one that is retired.
        if (asked.some((name) => name !== model))
          throw new Error(`the CLI asks for ${asked.join(', ')} instead of ${model}`);
        return cost;
      }
    },
    end: () => endProcess(child),
  };
}
