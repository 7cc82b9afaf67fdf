import { Agent, request } from 'node:http';
import { setImmediate as anotherTurn } from 'node:timers/promises';
import type { TcpAddress } from '../../src/core/listen-address.ts';
import type { RunTurn } from '../../src/core/backend.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { Listener } from '../../src/http/listener.ts';
import { toRequestBody } from '../../src/messages-api/request-body.ts';
import { thinkingFor } from '../../src/messages-api/thinking.ts';
import { toCliName } from '../../src/messages-api/tool-names.ts';
import { withAnswerChecks } from '../../src/turn/answer-checks.ts';
import { toInputBatches } from '../../src/cli/turn/feed.ts';
import { ModelCatalog } from '../../src/cli/model-catalog.ts';
import { setupLines } from '../../src/cli/turn/setup.ts';
import { withStopSequences } from '../../src/turn/stop-sequences.ts';
import { withThinkingMemory } from '../../src/turn/thinking-memory.ts';
import { end, start, statusOf, testApp, type TestChanges } from '../http/test-app.ts';
import type { MemoryLog } from '../support/memory-log.ts';

/** Longer than any answer takes on a busy machine; whoever waits longer was forgotten. */
export const patienceMs = 30_000;
export const bodyLimitBytes = 12 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

export interface FuzzedService {
  port: number;
  log: MemoryLog;
  /** What no promise and no listener took. */
  uncaught: unknown[];
  /** Rejects when no answer comes in time. */
  post: (path: string, body: string | Buffer, headers?: Record<string, string>) => Promise<Answer>;
  stop: () => Promise<void>;
}

export const noncePattern = /nonce-[0-9a-f]{16}/g;

/** The app as the service puts it together, on a socket of its own; its turns answer with the marks in their input. */
export async function startFuzzedService(changes: TestChanges = {}): Promise<FuzzedService> {
  const runTurn = withAnswerChecks(withStopSequences(withThinkingMemory(echoTurn())));
  const countTokens = async (...input: unknown[]) => Promise.resolve({ inputTokens: JSON.stringify(input[0]).length });
  const { app, log } = testApp(runTurn, { bodyLimitBytes, status: statusOf({ countTokens }), ...changes });
  const listener = new Listener(app);
  const [address] = await listener.listen([{ host: '127.0.0.1', port: 0 }]);
  const { port } = address as TcpAddress;
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const uncaught: unknown[] = [];
  const note = (reason: unknown): void => {
    uncaught.push(reason);
  };
  process.on('uncaughtException', note).on('unhandledRejection', note);
  return {
    port,
    log,
    uncaught,
    post: (path, body, headers = {}) => send({ port, agent, path, body, headers }),
    async stop() {
      agent.destroy();
      await listener.close();
      process.off('uncaughtException', note).off('unhandledRejection', note);
    },
  };
}

/** Writes its input as the engine would, and answers with what is asked for: a call, output, or text. */
function echoTurn(): RunTurn {
  const catalog = new ModelCatalog({ aliases: { mine: 'haiku' } }, () => 'haiku');
  return async function* (conversation, turn, signal) {
    const model = catalog.resolve(turn.model);
    await anotherTurn();
    signal.throwIfAborted();
    const { maxTokens, effort = 'none', thinkingBudget } = turn;
    const setup = setupLines({
      system: conversation.system,
      thinking: thinkingFor(effort, maxTokens, thinkingBudget),
      body: toRequestBody(conversation, turn, { forceCalls: true, toModelName: toCliName }),
      ...(maxTokens !== undefined && { maxTokens }),
    });
    const input = toInputBatches(setup, conversation, model)
      .flat()
      .map((line) => JSON.stringify(line))
      .join('\n');
    const marks = [...new Set(input.match(noncePattern))].join(' ');
    const [tool] = conversation.tools ?? [];
    yield start;
    if (tool !== undefined && turn.toolChoice?.type !== 'none') yield* call(tool.name, marks);
    else if (turn.output !== undefined) yield* texts('output', JSON.stringify({ city: marks }));
    else yield* texts('text', marks);
    yield end;
  };
}

function call(name: string, city: string): TurnEvent[] {
  return [
    { type: 'block_start', id: 0, block: { type: 'tool_use', id: 'toolu_1', name } },
    { type: 'input', id: 0, json: JSON.stringify({ city }) },
    { type: 'block_stop', id: 0 },
  ];
}

function texts(type: 'text' | 'output', text: string): TurnEvent[] {
  return [
    { type: 'block_start', id: 0, block: { type } },
    { type: 'text', id: 0, text },
    { type: 'block_stop', id: 0 },
  ];
}

interface Sent {
  port: number;
  agent: Agent;
  path: string;
  body: string | Buffer;
  headers: Record<string, string>;
}

async function send({ port, agent, path, body, headers }: Sent): Promise<Answer> {
  const content = Buffer.from(body);
  const all = { 'content-type': 'application/json', 'content-length': content.length, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, path, method: 'POST', headers: all }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('error', reject).on('end', () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
    sent.on('error', reject).end(content);
  });
}
