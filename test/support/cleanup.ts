/** What a bench must undo, last first, also when it fails half-way. */
export class Cleanup {
  readonly #tasks: (() => void | Promise<void>)[] = [];

  defer(task: () => void | Promise<void>): void {
    this.#tasks.push(task);
  }

  /** Runs every task, whatever the others throw; throws what the first failing one threw. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      try {
        await task();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
