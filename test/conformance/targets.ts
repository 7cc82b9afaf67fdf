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
  /** How many processes are there when nothing is to do. */
  idleProcesses: number;
}

const throughCli: Way = { base: '', prefix: 'mcp__client__', changes: {}, idleProcesses: 1 };
const direct: Way = {
  base: '/api',
  prefix: '',
  changes: { ...withDirect, pool: { warm_per_model: 0, max_warm: 0 } },
  idleProcesses: 0,
};

async function startHarnessTarget({ base, prefix, changes, idleProcesses }: Way): Promise<Target> {
  const harness = await startHarness(undefined, changes);
  let requests: RecordedRequest[] = [];
  let running = 0;
  const answered = new Set<string>();

  return {
    name: base === '' ? 'harness' : 'direct backend',
    baseURL: `${harness.url}${base}/v1`,
    script(answers) {
      requests = [];
      harness.standIn.behave((request) => {
        running++;
        void request.closedEarly.then(() => {
          running--;
        });
        const complaint = complaintAbout(request.body);
        if (complaint !== undefined) return refuse(complaint);
        // Some answers the CLI takes up by itself, such as one cut short. The harness ends it then, but the request may
        // be on its way, and must not use up the answer to the next one.
        const process = processOf(request);
        if (process !== undefined && answered.has(process)) return { kind: 'hang' };
        const answer = answers[requests.length];
        if (answer === undefined) return refuse('the script has no answer left');
        if (process !== undefined) answered.add(process);
        requests.push(request);
        return toBehaviour(answer, request, prefix);
      });
    },
    requests: () => requests.map((request) => fromUpstream(request, prefix)),
    async isBusy() {
      const health = (await (await fetch(`${harness.url}/health`)).json()) as { turns: { active: number } };
      // Any other belongs to a turn.
      return running > 0 || health.turns.active > 0 || harness.processes() > idleProcesses;
    },
    stop: () => harness.stop(),
  };
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
