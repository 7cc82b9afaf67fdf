/** How long is it from a request to the first text of its answer, and how much of that is the harness? */
import { atMost, singleUseNote, type Bench, type Row, type Target } from './support/bench.ts';
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
const longestPrompt = promptWithHistory(500);
const agentPrompt = promptWithTools(20);

export const firstToken: Bench = async ({ quick, cleanup, progress }) => {
  const lab = await openLab(cleanup);
  const harness = await startHarness(lab);
  // The same but for this, so that the two can be compared in the same minutes.
  const singleUseLab = await openLab(cleanup, lab.standInUrl);
  const singleUse = await startHarness(singleUseLab, { sections: { pool: { reuse: false } } });
  const paths = new Paths(lab, harness, singleUse);
  const samples = newSamples();

  progress('paced, one after the other');
  const paced = { run: () => paths.harness(), samples: samples.paced };
  const steps = [
    paced,
    { run: () => paths.warmCli(), samples: samples.warmCli },
    paced,
    { run: () => paths.oneShot(), samples: samples.oneShot },
    { run: () => paths.standIn(), samples: samples.standIn },
    { run: () => paths.singleUse(), samples: samples.singleUse },
    { run: () => paths.warmCli(longPrompt), samples: samples.warmCliHistory },
    { run: () => paths.harness(longPrompt), samples: samples.history },
    { run: () => paths.singleUse(longPrompt), samples: samples.singleUseHistory },
    { run: () => paths.harness(longestPrompt), samples: samples.longHistory },
    { run: () => paths.warmCli(agentPrompt), samples: samples.warmCliTools },
    { run: () => paths.harness(agentPrompt), samples: samples.tools },
    { run: () => paths.singleUse(agentPrompt), samples: samples.singleUseTools },
  ];
  await runPaced(steps, { rounds: quick ? 3 : 30, everyMs: 1000, quiet: () => paths.quiet() });

  progress('back to back');
  await paths.quiet();
  for (let n = quick ? 5 : 30; n > 0; n -= 1) samples.backToBack.push(await paths.harness());
  await paths.quiet();
  for (let n = quick ? 5 : 30; n > 0; n -= 1) samples.singleUseBackToBack.push(await paths.singleUse());

  for (let n = quick ? 2 : 8; n > 0; n -= 1) {
    progress(`${volleySize} at once`);
    await paths.quiet();
    samples.volley.push(...(await volley(() => paths.harness())));
    await paths.quiet();
    samples.singleUseVolley.push(...(await volley(() => paths.singleUse())));
    await paths.quiet();
    samples.oneShotVolley.push(...(await volley(() => paths.oneShot())));
  }

  return {
    rows: toRows(samples),
    targets: harness.reuses ? reuseTargets(samples) : singleUseTargets(samples),
    ...(!harness.reuses && { notes: [singleUseNote] }),
  };
};

type Samples = ReturnType<typeof newSamples>;

function newSamples() {
  return {
    standIn: [] as number[],
    oneShot: [] as number[],
    warmCli: [] as number[],
    paced: [] as number[],
    singleUse: [] as number[],
    warmCliHistory: [] as number[],
    history: [] as number[],
    singleUseHistory: [] as number[],
    longHistory: [] as number[],
    warmCliTools: [] as number[],
    tools: [] as number[],
    singleUseTools: [] as number[],
    backToBack: [] as number[],
    singleUseBackToBack: [] as number[],
    volley: [] as number[],
    singleUseVolley: [] as number[],
    oneShotVolley: [] as number[],
  };
}

function toRows(samples: Samples): Row[] {
  return [
    toRow('stand-in alone', samples.standIn),
    toRow('claude -p per request', samples.oneShot),
    toRow('warm CLI alone', samples.warmCli),
    toRow('harness, paced', samples.paced),
    toRow('single-use processes, paced', samples.singleUse),
    toRow('warm CLI alone, 50 messages of history', samples.warmCliHistory),
    toRow('harness, 50 messages of history', samples.history),
    toRow('single-use processes, 50 messages of history', samples.singleUseHistory),
    toRow('harness, 500 messages of history', samples.longHistory),
    toRow('warm CLI alone, 20 tools', samples.warmCliTools),
    toRow('harness, 20 tools', samples.tools),
    toRow('single-use processes, 20 tools', samples.singleUseTools),
    toRow('harness, back to back', samples.backToBack),
    toRow('single-use processes, back to back', samples.singleUseBackToBack),
    toRow(`harness, ${volleySize} at once`, samples.volley),
    toRow(`single-use processes, ${volleySize} at once`, samples.singleUseVolley),
    toRow(`claude -p, ${volleySize} at once`, samples.oneShotVolley),
  ];
}

function reuseTargets(samples: Samples): Target[] {
  const paced = median(samples.paced);
  return [
    atMost('harness to the warm CLI alone, medians', paced, 0.6 * median(samples.warmCli), 'ms'),
    atMost('50 messages of history to one message, medians', median(samples.history), 1.5 * paced, 'ms'),
    atMost('500 messages of history to one message, medians', median(samples.longHistory), 1.5 * paced, 'ms'),
    atMost(`${volleySize} at once to claude -p, p95`, p95(samples.volley), 0.1 * p95(samples.oneShotVolley), 'ms'),
  ];
}

/** The warm CLI alone is then the least that a turn can take; the body of the request is set before it is asked. */
function singleUseTargets(samples: Samples): Target[] {
  const paced = median(samples.paced);
  return [
    atMost('harness to claude -p, medians', paced, 0.3 * median(samples.oneShot), 'ms'),
    atMost(`${volleySize} at once to claude -p, p95`, p95(samples.volley), 0.6 * p95(samples.oneShotVolley), 'ms'),
  ];
}

/** The ways to a first token, each giving its milliseconds and leaving nothing under way but what it started ahead. */
class Paths {
  readonly #lab: Lab;
  readonly #harness: Harness;
  readonly #singleUse: Harness;
  readonly #client: HttpClient;
  #spare: WarmCli;

  constructor(lab: Lab, harness: Harness, singleUse: Harness) {
    this.#lab = lab;
    this.#harness = harness;
    this.#singleUse = singleUse;
    this.#client = new HttpClient(lab.cleanup);
    this.#spare = new WarmCli(lab);
  }

  async quiet(): Promise<void> {
    await this.#spare.settled();
    await this.#harness.quiet();
    await this.#singleUse.quiet();
  }

  harness(prompt: Prompt = shortPrompt): Promise<number> {
    return this.#through(this.#harness, prompt);
  }

  singleUse(prompt: Prompt = shortPrompt): Promise<number> {
    return this.#through(this.#singleUse, prompt);
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

  async #through({ url }: Harness, prompt: Prompt): Promise<number> {
    return this.#client.timeToLine(`${url}/v1/chat/completions`, chatBody(prompt), (line) => Boolean(chatDelta(line)));
  }
}

function volley(run: () => Promise<number>): Promise<number[]> {
  return Promise.all(Array.from({ length: volleySize }, run));
}

function toRow(path: string, samples: readonly number[]): Row {
  return { path, n: samples.length, 'median ms': round(median(samples)), 'p95 ms': round(p95(samples)) };
}
