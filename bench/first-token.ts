/** How long is it from a request to the first text of its answer, and how much of that is the harness? */
import { atMost, type Bench, type Row } from './support/bench.ts';
import { chatBody, messagesBody } from './support/chat-body.ts';
import { chatDelta, messagesDelta } from './support/deltas.ts';
import { startHarness, type Harness } from './support/harness.ts';
import { HttpClient } from './support/http-client.ts';
import { openLab, type Lab } from './support/lab.ts';
import { timeOneShot } from './support/one-shot-cli.ts';
import { runPaced } from './support/paced.ts';
import { promptWithHistory, promptWithTools, shortPrompt, type Prompt } from './support/prompt.ts';
import { median, p95, round } from './support/statistics.ts';
import { WarmCli } from './support/warm-cli.ts';

const volleySize = 8;
const longPrompt = promptWithHistory(50);
const agentPrompt = promptWithTools(20);
/** So many requests with one setup make waiting processes be prepared for it. */
const habitAfter = 2;

export const firstToken: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const harness = await startHarness(lab);
  const paths = new Paths(lab, harness);
  const samples = {
    standIn: [] as number[],
    oneShot: [] as number[],
    warmCli: [] as number[],
    paced: [] as number[],
    warmCliHistory: [] as number[],
    history: [] as number[],
    warmCliTools: [] as number[],
    tools: [] as number[],
    sameSetup: [] as number[],
    sameTools: [] as number[],
    backToBack: [] as number[],
    volley: [] as number[],
    oneShotVolley: [] as number[],
  };

  progress('paced, one after the other');
  const paced = { run: () => paths.harness(), samples: samples.paced };
  const steps = [
    paced,
    { run: () => paths.warmCli(), samples: samples.warmCli },
    paced,
    { run: () => paths.oneShot(), samples: samples.oneShot },
    { run: () => paths.standIn(), samples: samples.standIn },
    { run: () => paths.warmCli(longPrompt), samples: samples.warmCliHistory },
    { run: () => paths.harness(longPrompt), samples: samples.history },
    { run: () => paths.warmCli(agentPrompt), samples: samples.warmCliTools },
    { run: () => paths.harness(agentPrompt), samples: samples.tools },
  ];
  await runPaced(steps, { rounds: quick ? 3 : 40, everyMs: 1000, quiet: () => paths.quiet() });

  progress('paced, each with the setup of the one before');
  for (const step of [
    { run: () => paths.harness(), samples: samples.sameSetup },
    { run: () => paths.harness(agentPrompt), samples: samples.sameTools },
  ]) {
    const rounds = habitAfter + (quick ? 3 : 20);
    // Processes that are up are then told the setup, which takes a moment more.
    await runPaced([step], { rounds, everyMs: 2000, quiet: () => paths.quiet() });
    step.samples.splice(0, habitAfter);
  }

  progress('back to back');
  await paths.quiet();
  for (let n = quick ? 5 : 30; n > 0; n -= 1) samples.backToBack.push(await paths.harness());

  progress(`${volleySize} at once`);
  for (let n = quick ? 2 : 8; n > 0; n -= 1) {
    await paths.quiet();
    samples.volley.push(...(await volley(() => paths.harness())));
    await paths.quiet();
    samples.oneShotVolley.push(...(await volley(() => paths.oneShot())));
  }

  return {
    rows: [
      toRow('stand-in alone', samples.standIn),
      toRow('claude -p per request', samples.oneShot),
      toRow('warm CLI alone', samples.warmCli),
      toRow('harness, paced', samples.paced),
      toRow('warm CLI alone, 50 messages of history', samples.warmCliHistory),
      toRow('harness, 50 messages of history', samples.history),
      toRow('warm CLI alone, 20 tools', samples.warmCliTools),
      toRow('harness, 20 tools', samples.tools),
      toRow('harness, setup as before', samples.sameSetup),
      toRow('harness, 20 tools as before', samples.sameTools),
      toRow('harness, back to back', samples.backToBack),
      toRow(`harness, ${volleySize} at once`, samples.volley),
      toRow(`claude -p, ${volleySize} at once`, samples.oneShotVolley),
    ],
    targets: [
      atMost('harness over the warm CLI, medians', median(samples.paced), median(samples.warmCli) + 10, 'ms'),
      atMost('harness to claude -p, medians', median(samples.paced), median(samples.oneShot) / 10, 'ms'),
      atMost(`${volleySize} at once, p95`, p95(samples.volley), 0.6 * p95(samples.oneShotVolley), 'ms'),
    ],
  };
};

/** The ways to a first token, each giving its milliseconds and leaving nothing under way but what it started ahead. */
class Paths {
  readonly #lab: Lab;
  readonly #harness: Harness;
  readonly #client: HttpClient;
  #spare: WarmCli;

  constructor(lab: Lab, harness: Harness) {
    this.#lab = lab;
    this.#harness = harness;
    this.#client = new HttpClient(lab.cleanup);
    this.#spare = new WarmCli(lab);
  }

  async quiet(): Promise<void> {
    await this.#spare.settled();
    await this.#harness.quiet();
  }

  harness(prompt: Prompt = shortPrompt): Promise<number> {
    const url = `${this.#harness.url}/v1/chat/completions`;
    return this.#client.timeToLine(url, chatBody(prompt), (line) => Boolean(chatDelta(line)));
  }

  standIn(): Promise<number> {
    return this.#client.timeToLine(`${this.#lab.standInUrl}/v1/messages`, messagesBody(shortPrompt), (line) =>
      Boolean(messagesDelta(line)),
    );
  }

  async oneShot(): Promise<number> {
    return (await timeOneShot(this.#lab, shortPrompt)).firstMs;
  }

  async warmCli(prompt: Prompt = shortPrompt): Promise<number> {
    const { firstMs } = await this.#spare.time(prompt);
    await this.#spare.stop();
    this.#spare = new WarmCli(this.#lab);
    return firstMs;
  }
}

function volley(run: () => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: volleySize }, run));
}

function toRow(path: string, samples: readonly number[]): Row {
  return { path, n: samples.length, 'median ms': round(median(samples)), 'p95 ms': round(p95(samples)) };
}
