/** What a process of the pool does, as long as it is there. */
export const processStates = ['starting', 'idle', 'busy', 'emptying', 'draining'] as const;

export type ProcessState = (typeof processStates)[number];

/** Why processes end. */
export const processEnds = [
  /** It did not start. */
  'start_failed',
  /** It ended by itself while it waited. */
  'exited',
  /** What it was used for failed in a way that leaves its state unknown. */
  'failed',
  /** Its turn could not be taken out of it. */
  'not_emptied',
  /** Processes serve one turn each. */
  'single_use',
  'max_turns',
  'max_age',
  /** It occupies too much memory, or its log of errors is full. */
  'outgrown',
  /** Nobody is likely to need it soon. */
  'surplus',
  /** It was prepared for requests that no longer come. */
  'outdated',
  'login_changed',
  'cli_changed',
  /** The service stops. */
  'stopped',
] as const;

export type ProcessEnd = (typeof processEnds)[number];

/** How the pool's processes are and were used; everything but `processes` counts since the start of the service. */
export interface PoolFigures {
  /** How many there are. */
  processes: Readonly<Record<ProcessState, number>>;
  starts: number;
  /** Starts that failed, those that did not get as far as a process included. */
  failedStarts: number;
  /** How often a process was handed out: for a turn, or for a question such as the tokens of a prompt. */
  uses: number;
  ends: Readonly<Record<ProcessEnd, number>>;
}
