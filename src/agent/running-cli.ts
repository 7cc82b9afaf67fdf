import { toUsedUpWindow } from '../admission/plan-limits.ts';
import type { AgentEvent, ContentBlock, CustomToolResult, PermissionDecision } from '../core/agent-engine.ts';
import { HarnessError } from '../core/errors.ts';
import type { CliProcess } from '../process/cli-process.ts';
import { readErrorLog } from '../process/error-log.ts';
import { parseAgentLine, unknownRequestId, type AgentLine, type LineOf } from './agent-lines.ts';
import { AgentReader } from './agent-reader.ts';
import { BackgroundTasks } from './background-tasks.ts';
import type { ClientTools } from './client-tools.ts';
import { ControlChannel } from './control-channel.ts';
import { Questions } from './questions.ts';
import { Turn } from './turn.ts';
import { tellsFailure, TurnCosts, type Result } from './turn-ending.ts';

/** From the hook to a question it takes the CLI some 50 ms; a call without one after this time runs. */
const decidesWithinMs = 1500;
/** After a result, how long the CLI may take to begin a turn by itself about a task that has ended. */
const beginsWithinMs = 1000;

/** How the CLI itself says that a turn was interrupted. */
const brokenOff = { subtype: 'error_during_execution', is_error: true };

export interface RunningCliOptions {
  cli: CliProcess;
  /** Where it notes its errors. */
  errorLog: string;
  folder: string;
  clientTools: ClientTools;
  /** Whether commands and subagents may go on when a turn has ended. */
  backgroundTasks: boolean;
  emit: (event: AgentEvent) => void;
  /** A line of it, for what it shows beyond the session. */
  observe: (line: AgentLine) => void;
}

/** One CLI process and the turn that it runs: its lines become events, and its requests are answered. */
export class RunningCli {
  readonly #options: RunningCliOptions;
  readonly control: ControlChannel;
  readonly #reader = new AgentReader();
  readonly #questions: Questions;
  readonly #tasks = new BackgroundTasks();
  readonly #costs = new TurnCosts();
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Questions that no call stands behind. */
  readonly #otherQuestions = new Set<string>();
  #turn: Turn | undefined;

  constructor(options: RunningCliOptions) {
    this.#options = options;
    this.control = new ControlChannel(options.cli);
    this.#questions = new Questions(options.folder);
  }

  get turn(): Turn | undefined {
    return this.#turn;
  }

  /** The calls that wait for a decision or a result: what the CLI notes of them at its orderly end would be wrong. */
  get waitingCalls(): string[] {
    const asked = this.#questions.callIds.filter((callId) => !this.#otherQuestions.has(callId));
    return [...asked, ...this.#options.clientTools.callIds];
  }

  /** Reads all that the process prints. Settles at its end; throws `CLI_PROTOCOL`. */
  async readAll(whenRead: () => Promise<void>): Promise<void> {
    const { cli } = this.#options;
    try {
      for (;;) {
        const line = await cli.receiveLine();
        if (line === undefined) return;
        await this.#receive(line);
        await whenRead();
      }
    } finally {
      for (const timer of this.#timers) clearTimeout(timer);
    }
  }

  async startTurn(content: readonly ContentBlock[]): Promise<void> {
    if (this.#turn !== undefined) throw new HarnessError('SESSION_CONFLICT', 'A turn of this session is running.');
    this.#turn = new Turn();
    await this.#options.cli.send([{ type: 'user', message: { role: 'user', content } }]);
  }

  async decide(callId: string, decision: PermissionDecision): Promise<boolean> {
    const decided = this.#questions.decide(callId, decision);
    if (decided === undefined) return false;
    await this.control.respond(decided.requestId, decided.response);
    if (this.#otherQuestions.delete(callId)) this.#emit(this.#reader.decided(callId, decision.allow));
    return true;
  }

  async answer(callId: string, result: CustomToolResult): Promise<boolean> {
    const answered = this.#options.clientTools.answer(callId, result);
    if (answered === undefined) return false;
    await this.control.respond(answered.requestId, answered.response);
    return true;
  }

  /** Settles when the turn is over; at once where none runs. */
  async interrupt(): Promise<void> {
    const turn = this.#turn;
    if (turn === undefined) return;
    turn.isInterrupted = true;
    turn.hasStoppedTasks = this.#tasks.ids.length > 0;
    const stops = this.#tasks.ids.map((taskId) => this.control.request({ subtype: 'stop_task', task_id: taskId }));
    // That a task, or the turn, has just ended is no reason to fail; whether the turn is over decides.
    for (const request of [...stops, this.control.request({ subtype: 'interrupt' })]) request.catch(() => undefined);
    // Between two results the CLI does nothing that it could break off.
    if (turn.result !== undefined) await this.#endTurn(turn, turn.result);
    await turn.over;
  }

  async #receive(raw: unknown): Promise<void> {
    const unknownId = unknownRequestId(raw);
    if (unknownId !== undefined) await this.control.refuse(unknownId, 'The harness does not know this request.');
    const line = parseAgentLine(raw);
    if (line === undefined) return;
    this.#options.observe(line);
    this.#tasks.read(line);
    this.#emit(this.#reader.read(line));
    await this.#act(line);
  }

  async #act(line: AgentLine): Promise<void> {
    switch (line.type) {
      case 'control_response':
        this.control.settle(line.response);
        return;
      case 'control_request':
        return this.#request(line);
      case 'control_cancel_request':
        this.#withdraw(this.#questions.withdraw(line.request_id));
        return;
      case 'assistant':
        if (this.#turn !== undefined && line.parent_tool_use_id == null) this.#turn.errorName = line.error ?? undefined;
        return;
      case 'rate_limit_event':
        if (this.#turn !== undefined) this.#turn.usedUp = toUsedUpWindow(line.rate_limit_info);
        return;
      case 'system':
        if (line.subtype === 'init') this.#begunByItself();
        return;
      case 'result':
        return this.#result(line);
      case 'stream_event':
      case 'tool_progress':
      case 'user':
        return;
    }
  }

  async #request({ request_id: requestId, request }: LineOf<'control_request'>): Promise<void> {
    switch (request.subtype) {
      case 'hook_callback':
        if (request.tool_use_id != null) this.#begun(request.tool_use_id);
        return this.control.respond(requestId, {});
      case 'can_use_tool': {
        const isOther = request.tool_name === 'SandboxNetworkAccess';
        const callId = isOther ? requestId : request.tool_use_id;
        if (isOther) this.#otherQuestions.add(callId);
        const { canAllowForSession } = this.#questions.ask(callId, { requestId, request });
        this.#emit(this.#reader.asked(callId, request, canAllowForSession));
        return;
      }
      case 'mcp_message': {
        const answer = this.#options.clientTools.receive(requestId, request.message);
        if (answer.type === 'reply') return this.control.respond(requestId, answer.response);
        this.#emit(this.#reader.custom(answer.call));
      }
    }
  }

  #begun(callId: string): void {
    this.#reader.begun(callId);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#emit(this.#reader.overdue(callId));
    }, decidesWithinMs);
    this.#timers.add(timer);
  }

  /** With background tasks the turn that runs goes on; where none runs, nobody waits for what the CLI would do. */
  #begunByItself(): void {
    if (this.#turn !== undefined) this.#turn.result = undefined;
    else this.control.request({ subtype: 'interrupt' }).catch(() => undefined);
  }

  async #result(result: Result): Promise<void> {
    const turn = this.#turn;
    const cost = this.#costs.of(result);
    if (turn === undefined) return;
    turn.addCost(cost);
    if (!this.#options.backgroundTasks || result.is_error || turn.isInterrupted) return this.#endTurn(turn, result);
    const expected = (result.queued_turn_count ?? 0) > 0 ? 'another' : this.#tasks.expected;
    if (expected === 'none') return this.#endTurn(turn, result);
    turn.result = result;
    if (expected === 'maybe') this.#endUnlessBegun(turn, result);
  }

  #endUnlessBegun(turn: Turn, result: Result): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (turn.result === result) void this.#endTurn(turn, result);
    }, beginsWithinMs);
    this.#timers.add(timer);
  }

  async #endTurn(turn: Turn, last: Result): Promise<void> {
    // The agent's own part may have gone well by then.
    const result = turn.hasStoppedTasks ? { ...last, ...brokenOff } : last;
    const failures = tellsFailure(result) ? await readErrorLog(this.#options.errorLog, turn.startedAt) : [];
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    for (const callId of this.#questions.withdrawAll()) this.#withdraw(callId);
    this.#options.clientTools.close();
    this.#emit([...this.#reader.flush(), turn.end(result, failures)]);
  }

  #withdraw(callId: string | undefined): void {
    if (callId !== undefined) this.#emit([{ type: 'question_withdrawn', callId }]);
  }

  #emit(events: readonly AgentEvent[]): void {
    for (const event of events) this.#options.emit(event);
  }
}
