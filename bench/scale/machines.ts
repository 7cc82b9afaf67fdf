/** Machines by the turns that each has in hand, as HAProxy's `leastconn` sees them. */
export class Machines {
  readonly #places: number;
  /** By the number of turns in hand; the machine that has waited longest is first. */
  readonly #byTurns: Set<number>[];
  readonly #turns: number[];
  readonly #down = new Set<number>();

  constructor(count: number, places: number) {
    this.#places = places;
    this.#turns = Array.from({ length: count }, () => 0);
    this.#byTurns = Array.from({ length: places + 1 }, () => new Set());
    this.#turns.forEach((_, machine) => this.#byTurns[0]?.add(machine));
  }

  /** Gives a turn to the machine that has fewest; undefined where all places are taken. */
  take(): number | undefined {
    for (const machines of this.#byTurns.slice(0, this.#places)) {
      const [machine] = machines;
      if (machine === undefined) continue;
      this.#move(machine, 1);
      return machine;
    }
    return undefined;
  }

  leave(machine: number): void {
    this.#move(machine, -1);
  }

  /** Takes a machine out; gives the turns that it had in hand. */
  end(machine: number): number {
    const turns = this.#turns[machine] ?? 0;
    this.#byTurns[turns]?.delete(machine);
    this.#turns[machine] = 0;
    this.#down.add(machine);
    return turns;
  }

  comeBack(machine: number): void {
    this.#down.delete(machine);
    this.#byTurns[0]?.add(machine);
  }

  #move(machine: number, by: 1 | -1): void {
    const turns = this.#turns[machine] ?? 0;
    this.#byTurns[turns]?.delete(machine);
    this.#turns[machine] = turns + by;
    if (!this.#down.has(machine)) this.#byTurns[turns + by]?.add(machine);
  }
}
