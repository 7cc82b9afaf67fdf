import type { CliMessage } from '../../process/stream-messages.ts';
import type { PendingLines } from '../pool/pending-lines.ts';
import type { Setup } from '../pool/repeated-setup.ts';
import type { RewindOutcome } from '../rewind.ts';

/** A process as a turn talks to it: every wait ends, by a line or by the error that says why there is none. */
export interface FedProcess {
  /** Gives the process its setup, and lines after it in the same write; from then on it belongs to that setup. */
  setUp(setup: Setup, lines: readonly object[]): Promise<void>;
  send(messages: readonly object[]): Promise<void>;
  receive(): Promise<CliMessage>;
}

/** What a process is before a turn. */
export interface ProcessState {
  /** It was given the turn's setup already. */
  isSetUp: boolean;
  /** It has served another turn. */
  isUsed: boolean;
}

/** How one request gets into a process, and out of it again. */
export interface Feeding {
  /** How the request is given to the CLI. */
  readonly prompt: 'exact' | 'fed';
  readonly setup: Setup;
  /** Whether the model may have been asked: before that, another process can take the request over unnoticed. */
  readonly isAsked: boolean;
  /** Gives the process the whole request; what it prints next is the answer. */
  feed(process: FedProcess, state: ProcessState): Promise<void>;
  /** Takes the request out of the process again, however far the turn has come. Called once, after it; never throws. */
  empty(lines: PendingLines): Promise<RewindOutcome>;
}
