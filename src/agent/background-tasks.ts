import type { AgentLine } from './agent-lines.ts';

/**
 * Commands and subagents that may go on when a turn has ended. When one is over, the CLI starts a turn by itself, or tells
 * the model within the one that runs.
 */
export class BackgroundTasks {
  readonly #running = new Set<string>();
  /** One has ended since the CLI began what it does now, which may not know of it. */
  #isAnnounced = false;

  read(line: AgentLine): void {
    if (line.type !== 'system') return;
    if (line.subtype === 'init') this.#isAnnounced = false;
    if (line.subtype === 'task_started') this.#running.add(line.task_id);
    if (line.subtype === 'task_notification' && this.#running.delete(line.task_id)) this.#isAnnounced = true;
  }

  get ids(): string[] {
    return [...this.#running];
  }

  /** After a result: whether another will come, might come within a moment, or none. */
  get expected(): 'another' | 'maybe' | 'none' {
    if (this.#running.size > 0) return 'another';
    return this.#isAnnounced ? 'maybe' : 'none';
  }
}
