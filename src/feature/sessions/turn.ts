import type { AgentSessionOptions } from '../../core/agent-engine.ts';
import type { AgentProfile } from '../../core/agent.ts';
import type { HarnessError } from '../../core/errors.ts';
import { createDeferred } from '../../util/deferred.ts';
import type { LateAnswer } from './late-answers.ts';
import type { StoredSession } from './session-row.ts';
import type { TurnClock } from './turn-clock.ts';
import type { TurnTally } from './turn-tally.ts';
import type { WarmProcess } from './warm-process.ts';

export type TurnParts = Pick<Turn, 'id' | 'options' | 'warm' | 'decisions' | 'clock' | 'tally' | 'answersRequest'>;

/** One turn of a session, from its first event until its end is kept. */
export class Turn {
  /** Of its first event. */
  readonly id: string;
  readonly session: StoredSession;
  /** What its process is opened with. */
  readonly options: AgentSessionOptions;
  /** The process that has waited for it. */
  readonly warm: WarmProcess | undefined;
  /** Decisions about calls that an earlier process has asked about. */
  readonly decisions: LateAnswer[];
  readonly clock: TurnClock;
  readonly tally: TurnTally;
  /** Whether it is the answer to a request of a chat client's, which is recorded as such. */
  readonly answersRequest: boolean;
  isReported = false;
  /** Whether the agent's transcript has turns to go on from. */
  hasTurns: boolean;
  wasInterrupted = false;
  /** Why it was interrupted, where that was not a client's wish. */
  failure: HarnessError | undefined;
  /** Its end has begun to be kept. */
  isEnding = false;
  interruptTimer: NodeJS.Timeout | undefined;
  readonly #over = createDeferred<undefined>();

  constructor(session: StoredSession, { id, options, warm, decisions, clock, tally, answersRequest }: TurnParts) {
    this.id = id;
    this.session = session;
    this.options = options;
    this.warm = warm;
    this.decisions = decisions;
    this.clock = clock;
    this.tally = tally;
    this.answersRequest = answersRequest;
    this.hasTurns = session.hasTurns;
  }

  /** With what the session has narrowed in it. */
  get profile(): AgentProfile {
    return this.options.profile;
  }

  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  stopTimers(): void {
    this.clock.pause();
    clearTimeout(this.interruptTimer);
  }

  end(): void {
    this.stopTimers();
    this.#over.resolve(undefined);
  }
}
