export interface WhenQuietOptions {
  /** How long nothing must have been noted, in ms. */
  afterMs: number;
  /** Whether something is under way that is noted only when it is over. */
  isBusy: () => boolean;
  act: () => void;
}

/** Does something once each time that it has become quiet after work. Without work before, no timer runs. */
export class WhenQuiet {
  readonly #options: WhenQuietOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WhenQuietOptions) {
    this.#options = options;
  }

  /** A piece of work is over. */
  noteWork(): void {
    if (this.#timer === undefined)
      this.#timer = setTimeout(() => {
        this.#look();
      }, this.#options.afterMs).unref();
    else this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { isBusy, act } = this.#options;
    if (isBusy()) {
      this.#timer?.refresh();
      return;
    }
    this.#timer = undefined;
    act();
  }
}
