/** The ways to an answer whose time and cost are compared. */
import { processesOf } from '../../test/support/service/home.ts';
import { chatBody, messagesBody } from '../support/chat-body.ts';
import type { Cleanup } from '../../test/support/cleanup.ts';
import { chatDelta, messagesDelta } from '../support/deltas.ts';
import { HttpClient, type Timing } from '../support/http-client.ts';
import { openLab } from '../support/lab.ts';
import { timeOneShot } from '../support/one-shot-cli.ts';
import { childCpuMs, cpuMs, residentMb, sumOf } from '../support/proc.ts';
import { shortPrompt } from '../support/prompt.ts';
import { WarmCli } from '../support/warm-cli.ts';
import type { Candidate } from './candidate.ts';

export interface Contestant {
  name: string;
  ask: () => Promise<Timing>;
  /** Settles when nothing of an earlier request is at work. */
  quiet: () => Promise<void>;
  /** Whether it is made for more than one request at a time. */
  isConcurrent: boolean;
  /** Processor time so far of all its processes, ended ones too; absent where there is nothing to compare. */
  cpuMs?: () => number;
  /** What its processes hold now. */
  residentMb?: () => number;
}

export function standInAlone(standInUrl: string, cleanup: Cleanup): Contestant {
  const client = new HttpClient(cleanup);
  return {
    name: 'stand-in alone',
    ask: () =>
      client.time(`${standInUrl}/v1/messages`, messagesBody(shortPrompt), (line) => Boolean(messagesDelta(line))),
    quiet: isQuiet,
    isConcurrent: true,
  };
}

export async function oneShot(standInUrl: string, cleanup: Cleanup): Promise<Contestant> {
  const lab = await openLab(cleanup, standInUrl);
  return {
    name: '`claude -p` per request',
    ask: () => timeOneShot(lab, shortPrompt),
    quiet: isQuiet,
    isConcurrent: true,
    cpuMs: childCpuMs,
    residentMb: () => heldBy(lab.home),
  };
}

/** The least that a turn takes in a process that is used once; the next is started when one has answered. */
export async function preStarted(standInUrl: string, cleanup: Cleanup): Promise<Contestant> {
  const lab = await openLab(cleanup, standInUrl);
  let spare: WarmCli | undefined;
  return {
    name: 'pre-started single-use CLI',
    async ask() {
      const cli = (spare ??= new WarmCli(lab));
      const timing = await cli.time(shortPrompt);
      await cli.stop();
      spare = undefined;
      return timing;
    },
    quiet: async () => {
      await (spare ??= new WarmCli(lab)).settled();
    },
    isConcurrent: false,
    cpuMs: () => childCpuMs() + cpuOf(lab.home),
    residentMb: () => heldBy(lab.home),
  };
}

export async function served(candidate: Candidate, standInUrl: string, cleanup: Cleanup): Promise<Contestant> {
  const lab = await openLab(cleanup, standInUrl);
  const service = await candidate.start(lab);
  const client = new HttpClient(cleanup);
  const body = { ...chatBody(shortPrompt), model: candidate.model };
  return {
    name: candidate.name,
    ask: () => client.time(`${service.url}/v1/chat/completions`, body, (line) => Boolean(chatDelta(line))),
    quiet: service.quiet ?? isQuiet,
    isConcurrent: true,
    cpuMs: () => cpuOf(lab.home),
    residentMb: () => heldBy(lab.home),
  };
}

/** For those that leave nothing to wait for. */
function isQuiet(): Promise<void> {
  return Promise.resolve();
}

/** Of all processes with this home, and of those that they have waited for. */
function cpuOf(home: string): number {
  return sumOf(processesOf(home), (pid) => cpuMs(pid) + childCpuMs(pid));
}

function heldBy(home: string): number {
  return sumOf(processesOf(home), residentMb);
}
