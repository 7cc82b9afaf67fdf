/** What became of every request, and what of it should not have been. */
import { rightAnswer } from './nonces.ts';
import { WrongAnswer, type Task } from './task.ts';

/** A failure is noticed this long after what caused it. */
const aftermathMs = 3000;

interface Trouble {
  from: number;
  to: number;
}

export interface Record {
  /** A piece of the answer that has come. */
  add: (text: string) => void;
  /** How much of the right answer has come, 0 to 1. */
  readonly share: number;
  answered: (text: string) => void;
  left: () => void;
  failed: (error: unknown) => void;
}

export class Ledger {
  readonly #hit: ReadonlySet<string>;
  readonly #troubles: Trouble[] = [];
  readonly wrong: string[] = [];
  /** Failed requests by what they failed with. */
  readonly failures = new Map<string, number>();
  readonly answeredBy = new Map<string, number>();
  answered = 0;
  left = 0;
  failed = 0;

  /** `hit` has the nonces that the API did not simply answer. */
  constructor(hit: ReadonlySet<string>) {
    this.#hit = hit;
  }

  /** From now until the returned function is called, requests may fail; never may one be answered wrongly. */
  trouble(): () => void {
    const trouble = { from: performance.now(), to: Infinity };
    this.#troubles.push(trouble);
    return () => {
      trouble.to = performance.now() + aftermathMs;
    };
  }

  begin(task: Task): Record {
    const from = performance.now();
    const right = rightFor(task);
    let streamed = '';
    const note = (what: string): void => {
      this.wrong.push(`${describe(task)}: ${what}`);
    };
    return {
      add: (text) => {
        streamed += text;
      },
      get share() {
        return streamed.length / right.length;
      },
      answered: (text) => {
        this.answered += 1;
        const kind = describe(task);
        this.answeredBy.set(kind, (this.answeredBy.get(kind) ?? 0) + 1);
        if (text !== right) note(`answered ${JSON.stringify(text)} for ${JSON.stringify(right)}`);
      },
      left: () => {
        this.left += 1;
        if (!right.startsWith(streamed)) note(`had got ${JSON.stringify(streamed)} of ${JSON.stringify(right)}`);
      },
      failed: (error) => {
        if (error instanceof WrongAnswer) {
          note(error.message);
          return;
        }
        this.failed += 1;
        const text = nameOf(error);
        this.failures.set(text, (this.failures.get(text) ?? 0) + 1);
        if (!right.startsWith(streamed)) note(`had got ${JSON.stringify(streamed)} of ${JSON.stringify(right)}`);
        if (!this.#isExcused(task, from)) note(`failed for no reason: ${text}`);
      },
    };
  }

  #isExcused({ ask, earlier }: Task, from: number): boolean {
    const isHit = this.#hit.has(ask.nonce) || (earlier !== undefined && this.#hit.has(earlier));
    return isHit || this.#troubles.some((trouble) => trouble.to >= from);
  }
}

/** Anthropic's errors carry their whole body in their text, of which the code is what tells them apart. */
function nameOf(error: unknown): string {
  return String(error).replace(/\{.*"error_code":"(\w+)".*\}/, '$1');
}

/** The answer that a task has to get. */
export function rightFor({ ask, earlier, image, tool, system }: Task): string {
  // The last message of a tool's round is its result.
  const images = image === undefined || tool ? [] : [image];
  return rightAnswer(ask, { heard: earlier === undefined ? 1 : 2, images, system });
}

function describe({ dialect, stream, tool, image }: Task): string {
  const parts = [dialect, stream ? 'streamed' : 'whole', ...(tool ? ['tool'] : []), ...(image ? ['image'] : [])];
  return parts.join(' ');
}
