import { createInterface } from 'node:readline';
import { startProgram } from '../../../src/process/start-program.ts';
import { terminate } from '../../../src/process/terminate.ts';
import type { StandIn } from '../../../src/stand-in/stand-in.ts';
import type { Cleanup } from '../cleanup.ts';
import { cliUnderTest } from '../cli-under-test.ts';

export interface ToolCall {
  /** By the CLI's own name. */
  name: string;
  input: Record<string, unknown>;
}

export interface CallOutcome {
  /** Whether the CLI asked before it ran the call, or refused it. */
  asked: boolean;
  /** Whether the tool's result is one of a call that ran, or why it did not. */
  ran: boolean;
  text: string;
}

/** What the driver answers when it is asked. */
export type Decide = (question: CliLine) => 'allow' | 'deny';

export interface CliLine {
  type: string;
  subtype?: string;
  [field: string]: unknown;
}

export interface DrivenAgent {
  /** Has the model make these calls, one after the other, in one turn. */
  calls(calls: readonly ToolCall[]): Promise<CallOutcome[]>;
  /** Has the user say this; the model answers with a text. The lines of the turn. */
  say(text: string): Promise<CliLine[]>;
  /** Sends a control request. Rejects with the error that the CLI answers. */
  control(request: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** What its last `system/init` said. */
  init(): CliLine | undefined;
  stderr(): string;
  /** Ends it; what a test leaves is ended with its lab. */
  stop(): Promise<void>;
  pid: number | undefined;
}

export interface DriveOptions {
  launch: { args: readonly string[]; env: Readonly<Record<string, string>>; cwd: string };
  standIn: StandIn;
  /** Denies by default. */
  decide?: Decide;
}

/** The real CLI as an agent whose model does what the test says. */
export function driveAgent(cleanup: Cleanup, { launch, standIn, decide = () => 'deny' }: DriveOptions): DrivenAgent {
  const program = startProgram({ path: cliUnderTest, ...launch });
  const stop = () => terminate(program, program.exited);
  cleanup.defer(stop);
  let stderr = '';
  program.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  let init: CliLine | undefined;
  let count = 0;
  const send = (message: object) => program.stdin.write(`${JSON.stringify(message)}\n`);

  async function next(): Promise<CliLine> {
    const line = await lines.next();
    if (line.done === true) throw new Error(`The CLI ended (${JSON.stringify(await program.exited)}): ${stderr}`);
    const message = JSON.parse(line.value) as CliLine;
    if (message.type === 'system' && message.subtype === 'init') init = message;
    return message;
  }

  async function turn(text: string, onQuestion: (question: CliLine) => void = () => undefined): Promise<CliLine[]> {
    send({ type: 'user', message: { role: 'user', content: [{ type: 'text', text }] }, parent_tool_use_id: null });
    const seen: CliLine[] = [];
    for (;;) {
      const message = await next();
      seen.push(message);
      if (message.type === 'control_request') {
        const request = message['request'] as CliLine;
        onQuestion(request);
        answer(message, decide(request));
      }
      if (message.type === 'result') return seen;
    }
  }

  function answer(message: CliLine, decision: 'allow' | 'deny'): void {
    const { input } = message['request'] as { input?: unknown };
    const response =
      decision === 'allow'
        ? { behavior: 'allow', updatedInput: input }
        : { behavior: 'deny', message: 'refused by test' };
    send({
      type: 'control_response',
      response: { subtype: 'success', request_id: message['request_id'], response },
    });
  }

  return {
    pid: program.pid,
    stop,
    init: () => init,
    stderr: () => stderr,
    async say(text) {
      standIn.behave({ kind: 'answer', text: 'Said.' });
      return turn(text);
    },
    async calls(calls) {
      const uses = calls.map((call) => ({ ...call, id: `toolu_driven${String(++count).padStart(4, '0')}` }));
      standIn.behave([
        ...uses.map((use) => ({ kind: 'answer', toolUses: [use] }) as const),
        { kind: 'answer', text: 'Done.' },
      ]);
      const asked = new Set<unknown>();
      const seen = await turn('Go on.', (question) => asked.add(question['tool_use_id']));
      const results = new Map(seen.flatMap(toolResults));
      return uses.map(({ id }) => {
        const result = results.get(id);
        const text = result === undefined ? 'no result' : textOf(result['content']);
        return { asked: asked.has(id), ran: result !== undefined && result['is_error'] !== true, text };
      });
    },
    async control(request) {
      const id = `driven-${++count}`;
      send({ type: 'control_request', request_id: id, request });
      for (;;) {
        const message = await next();
        const response = message['response'] as Record<string, unknown> | undefined;
        if (message.type !== 'control_response' || response?.['request_id'] !== id) continue;
        if (response['subtype'] === 'error') throw new Error(String(response['error']));
        return (response['response'] ?? {}) as Record<string, unknown>;
      }
    },
  };
}

function toolResults(line: CliLine): [string, Record<string, unknown>][] {
  if (line.type !== 'user') return [];
  const { content } = line['message'] as { content: unknown };
  if (!Array.isArray(content)) return [];
  return (content as Record<string, unknown>[])
    .filter(({ type }) => type === 'tool_result')
    .map((block) => [String(block['tool_use_id']), block]);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (content as { text?: string }[]).map(({ text = '' }) => text).join('\n');
}
