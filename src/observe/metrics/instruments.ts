import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A metric's name without the prefix, and what it says. */
export interface Described<Label extends string> {
  name: string;
  help: string;
  labels?: readonly Label[];
}

/** In seconds; answers of long prompts take minutes. */
export const secondsBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Makes metrics whose names say whose they are. */
export class Instruments {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  counter<Label extends string>(described: Described<Label>): Counter<Label> {
    return new Counter(this.#configuration(described));
  }

  histogram<Label extends string>(described: Described<Label>): Histogram<Label> {
    return new Histogram({ ...this.#configuration(described), buckets: secondsBuckets });
  }

  /** `read` tells the values of the moment, each time that somebody looks; series that it does not tell are gone. */
  gauge<Label extends string>(
    described: Described<Label>,
    read: () => readonly Sample<Label>[] | Promise<readonly Sample<Label>[]>,
  ): void {
    new Gauge({
      ...this.#configuration(described),
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels, value } of samples) this.set(labels, value);
      },
    });
  }

  /** For what is counted elsewhere: `read` tells the counts. */
  readCounter<Label extends string>(described: Described<Label>, read: () => readonly Sample<Label>[]): void {
    new Counter({
      ...this.#configuration(described),
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
  }

  #configuration<Label extends string>({ name, help, labels = [] }: Described<Label>) {
    return { name: `claude_harness_${name}`, help, labelNames: [...labels], registers: this.#registers };
  }
}

export interface Sample<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

/** The only value of a metric without labels. */
export function single(value: number): Sample<never>[] {
  return [{ labels: {}, value }];
}
