import { processEnds, processStates, type PoolFigures } from '../../core/pool-figures.ts';
import { single, type Instruments } from './instruments.ts';

/** What is true at the moment that somebody looks. */
export interface Load {
  /** Whether a request would be served now. */
  isReady: boolean;
  activeTurns: number;
  queuedTurns: number;
  warmProcesses: number;
}

/** How the service is. */
export function loadMetrics(instruments: Instruments, load: () => Load): void {
  const gauge = (name: string, help: string, read: (load: Load) => number): void => {
    instruments.gauge({ name, help }, () => single(read(load())));
  };
  gauge('ready', 'Whether a request would be served now: 1 or 0.', ({ isReady }) => Number(isReady));
  gauge('active_turns', 'Turns that are running.', ({ activeTurns }) => activeTurns);
  gauge('queued_turns', 'Turns that wait in the queue.', ({ queuedTurns }) => queuedTurns);
  gauge('warm_processes', 'CLI processes that are ready for a turn.', ({ warmProcesses }) => warmProcesses);
}

/** How the CLI's processes are and were used. */
export function poolMetrics(instruments: Instruments, figures: () => PoolFigures): void {
  instruments.gauge(
    { name: 'processes', help: 'CLI processes of the pool, by what they do.', labels: ['state'] },
    () => {
      const { processes } = figures();
      return processStates.map((state) => ({ labels: { state }, value: processes[state] }));
    },
  );
  const counter = (name: string, help: string, read: (figures: PoolFigures) => number): void => {
    instruments.readCounter({ name, help }, () => single(read(figures())));
  };
  counter('process_starts_total', 'CLI processes that were started.', ({ starts }) => starts);
  counter('process_start_failures_total', 'Starts of CLI processes that failed.', ({ failedStarts }) => failedStarts);
  counter(
    'process_uses_total',
    'How often a CLI process was handed out: for a turn, or for a question such as the tokens of a prompt.',
    ({ uses }) => uses,
  );
  instruments.readCounter(
    { name: 'process_ends_total', help: 'CLI processes that were ended, by reason.', labels: ['reason'] },
    () => {
      const { ends } = figures();
      return processEnds.map((reason) => ({ labels: { reason }, value: ends[reason] }));
    },
  );
}
