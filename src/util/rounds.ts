/** Does the same work again and again, never twice at a time. It keeps no program from ending. */
export class Rounds {
  readonly #round: () => Promise<number>;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  /** `round` gives after how many milliseconds the next one is due; it never rejects. */
  constructor(round: () => Promise<number>) {
    this.#round = round;
  }

  /** Begins a round now; where one is under way, another after it, since that one may have looked already. */
  wake(): void {
    if (this.#underWay === undefined) this.#beginAfter(0);
    else this.#isWanted = true;
  }

  /** Begins no further round; settles when the one under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  #beginAfter(waitMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#isWanted = false;
      this.#underWay = this.#run();
    }, waitMs);
    this.#timer.unref();
  }

  async #run(): Promise<void> {
    const waitMs = await this.#round();
    this.#underWay = undefined;
    this.#beginAfter(this.#isWanted ? 0 : waitMs);
  }
}
