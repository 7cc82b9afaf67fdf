import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { isOtherCli } from '../support/cli-under-test.ts';
import { cheapModel, startHarness, withDirect, type ConfigChanges } from '../support/harness.ts';
import { structured } from '../support/structured-answer.ts';
import { complaintAbout } from './api-rules.ts';
import { startControlServer } from './control-server.ts';
import { fromOpenAI } from './openai-request.ts';
import { scriptedUsage, untilStop, type ScriptedAnswer, type SeenRequest } from './script.ts';
import { fromUpstream, processOf, stopSequencesOf, upstreamName, type NamePrefix } from './upstream-request.ts';

/** A server for clients of OpenAI, with a model that says what the test wants. */
export interface Target {
  name: string;
  /** With the `/v1` that clients expect. */
  baseURL: string;
  /** What the model says from now on, one answer for each choice of each request; what is beyond them fails. */
  script(answers: readonly ScriptedAnswer[]): void;
  /** What reached the model since the last `script`, oldest first. */
  requests(): SeenRequest[];
  /** Whether anything still works on a request. */
  isBusy(): Promise<boolean>;
  stop(): Promise<void>;
}

/** The model that every test asks for. */
export const model = cheapModel;

/** Each test runs on all: first on the server that is right by definition, then on both backends of the harness. */
export const targets = [
  { name: 'control server', start: startControl },
  { name: 'harness', start: () => startHarnessTarget(throughCli) },
  { name: 'direct backend', start: () => startHarnessTarget(direct) },
].filter(({ name }) => !isOtherCli || name === 'harness');

async function startControl(): Promise<Target> {
  const server = await startControlServer();
  return {
    name: 'control server',
    baseURL: `${server.url}/v1`,
    script: (answers) => {
      server.script(answers);
    },
    requests: () => server.requests.map(fromOpenAI),
    isBusy: () => Promise.resolve(server.running > 0),
    stop: () => server.stop(),
  };
}

interface Way {
  base: string;
  prefix: NamePrefix;
  changes: ConfigChanges;
}

const throughCli: Way = { base: '', prefix: 'mcp__client__', changes: {} };
const direct: Way = {
  base: '/api',
  prefix: '',
  changes: { ...withDirect, pool: { warm_per_model: 0, max_warm: 0 } },
};

async function startHarnessTarget({ base, prefix, changes }: Way): Promise<Target> {
  const harness = await startHarness(undefined, changes);
  let requests: RecordedRequest[] = [];
  let running = 0;
  const takenUp = new TakenUpAnswers();

  return {
    name: base === '' ? 'harness' : 'direct backend',
    baseURL: `${harness.url}${base}/v1`,
    script(answers) {
      requests = [];
      harness.standIn.behave(async (request) => {
        running++;
        void request.closedEarly.then(() => {
          running--;
        });
        const complaint = complaintAbout(request.body);
        if (complaint !== undefined) return refuse(complaint);
        if (await takenUp.has(request)) return { kind: 'hang' };
        const answer = answers[requests.length];
        if (answer === undefined) return refuse('the script has no answer left');
        takenUp.note(request, answer);
        requests.push(request);
        return toBehaviour(answer, request, prefix);
      });
    },
    requests: () => requests.map((request) => fromUpstream(request, prefix)),
    async isBusy() {
      return running > 0 || !(await harness.allWait());
    },
    stop: () => harness.stop(),
  };
}

/**
 * Some answers the CLI takes up by itself, such as one cut short. The harness has it taken back then, but the request may
 * be on its way, and must not use up the answer to the next one.
 */
class TakenUpAnswers {
  /** By process, the request whose answer it may take up. */
  readonly #last = new Map<string, string>();

  note(request: RecordedRequest, { text = '', stopReason, refusal }: ScriptedAnswer): void {
    const process = processOf(request);
    if (process === undefined) return;
    if (stopReason !== undefined || refusal !== undefined || text === '') this.#last.set(process, messagesOf(request));
    else this.#last.delete(process);
  }

  /** Whether nobody waits for the answer to a request. */
  async has(request: RecordedRequest): Promise<boolean> {
    const last = this.#last.get(processOf(request) ?? '');
    if (last === undefined || last !== messagesOf(request)) return false;
    return Promise.race([request.closedEarly, sleep(takeBackMs, false)]);
  }
}

/** Longer than the harness needs to have a turn taken back. */
const takeBackMs = 500;

function messagesOf({ body }: RecordedRequest): string {
  return JSON.stringify((body as { messages?: unknown }).messages);
}

function refuse(message: string): Behaviour {
  return { kind: 'error', status: 400, message };
}

function toBehaviour(answer: ScriptedAnswer, request: RecordedRequest, prefix: NamePrefix): Behaviour {
  const { thinking, toolCalls = [], json, refusal, stopReason, hangs = false } = answer;
  const { text, stop } = untilStop(refusal ?? answer.text ?? '', stopSequencesOf(request));
  const toolUses = toolCalls.map((call) => ({ ...call, name: upstreamName(call.name, request, prefix) }));
  const behaviour: Answer = {
    kind: 'answer',
    usage: { input_tokens: scriptedUsage.prompt, output_tokens: scriptedUsage.completion },
    ...(thinking === undefined ? {} : { thinking }),
    ...(text === '' ? {} : { text }),
    ...(toolUses.length === 0 ? {} : { toolUses }),
    ...(json === undefined ? {} : structured(request, json)),
    ...(refusal === undefined ? {} : { stopReason: 'refusal' }),
    ...(stop === undefined ? {} : { stopReason: 'stop_sequence', stopSequence: stop }),
    ...(stopReason === undefined ? {} : { stopReason }),
  };
  return hangs ? { ...behaviour, deltas: [text], hangAfterDeltas: text === '' ? 0 : 1 } : behaviour;
}
