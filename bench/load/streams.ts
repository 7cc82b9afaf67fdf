/** Many answers at a time, each as fast as a fast model writes: how long is a delta on its way through the harness? */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { chatBody } from '../support/chat-body.ts';
import { cliDelta } from '../support/deltas.ts';
import { endProcess } from '../../test/support/end-process.ts';
import type { Harness } from '../support/harness.ts';
import type { HttpClient } from '../support/http-client.ts';
import type { Lab } from '../support/lab.ts';
import { childCpuMs, cpuMs, residentMb } from '../support/proc.ts';
import { median } from '../support/statistics.ts';
import { fakeCli } from './fake-cli.ts';
import { promptForDeltas, StampedAnswer } from './stamped-answer.ts';

/**
 * The start is left out: processes for the streams, and those that replace them, are started then, which takes a small
 * machine to its limits and is what `first-token` measures.
 */
const settleSeconds = 4;

export interface StreamsOptions {
  streams: number;
  perSecond: number;
  /** Above `settleSeconds`. */
  seconds: number;
}

export interface StreamsSample {
  /** Of all deltas but the first ones, see `settleSeconds`. */
  waysMs: number[];
  /** Processor time of the harness; of the fake CLIs where there is no harness. For a second of streaming. */
  cpuMsPerSecond: number;
  /** What the harness held on the way beyond what it held before. */
  memoryMb: number;
}

/** The same load read straight from the fake CLIs: what machine and reader cost without a harness. */
export async function bareStreams(lab: Lab, { streams, perSecond, seconds }: StreamsOptions): Promise<StreamsSample> {
  const before = childCpuMs();
  const prompt = `{"type":"user","message":"${promptForDeltas(perSecond * seconds, perSecond).texts.join('')}"}\n`;
  const answers = Array.from({ length: streams }, async () => {
    const child = spawn(fakeCli, { stdio: ['pipe', 'pipe', 'inherit'] });
    lab.cleanup.defer(() => endProcess(child));
    child.stdin.end(prompt);
    const answer = new StampedAnswer();
    await answer.read(child.stdout);
    return answer.waysMs(perSecond * seconds, cliDelta).slice(perSecond * settleSeconds);
  });
  const waysMs = (await Promise.all(answers)).flat();
  await sleep(500);
  return { waysMs, cpuMsPerSecond: (childCpuMs() - before) / seconds, memoryMb: 0 };
}

export async function harnessStreams(
  harness: Harness,
  client: HttpClient,
  { streams, perSecond, seconds }: StreamsOptions,
): Promise<StreamsSample> {
  const memory = new MemoryWatch(harness.pid);
  const before = cpuMs(harness.pid);
  const body = chatBody(promptForDeltas(perSecond * seconds, perSecond));
  const answers = await Promise.all(
    Array.from({ length: streams }, async () => {
      const answer = new StampedAnswer();
      await answer.read(await client.post(`${harness.url}/v1/chat/completions`, body));
      return answer;
    }),
  );
  const cpuMsPerSecond = (cpuMs(harness.pid) - before) / seconds;
  return {
    // Only now, so that nothing is parsed while others are still read.
    waysMs: answers.flatMap((answer) => answer.waysMs(perSecond * seconds).slice(perSecond * settleSeconds)),
    cpuMsPerSecond,
    memoryMb: memory.end(),
  };
}

/** Looks at a process's memory four times a second. */
class MemoryWatch {
  readonly #beforeMb: number;
  readonly #samplesMb: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#beforeMb = residentMb(pid);
    this.#timer = setInterval(() => this.#samplesMb.push(residentMb(pid)), 250);
  }

  /** Stops; gives how much more than before it was, in the middle. */
  end(): number {
    clearInterval(this.#timer);
    return median(this.#samplesMb) - this.#beforeMb;
  }
}
