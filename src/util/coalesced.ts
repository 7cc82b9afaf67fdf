/** Does work soon after it was asked for: once for all who ask until it begins, and one time after the other. */
export class Coalesced {
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isAskedAgain = false;
  #isStopped = false;

  /** `work` never rejects. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  ask(): void {
    if (this.#isStopped) return;
    if (this.#running !== undefined) this.#isAskedAgain = true;
    else
      this.#timer ??= setTimeout(() => {
        this.#run();
      }, 0);
  }

  /** Waits for what is under way, and does nothing any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #run(): void {
    this.#timer = undefined;
    this.#running = this.#work().finally(() => {
      this.#running = undefined;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.ask();
    });
  }
}
