import { apiErrors } from '../../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../../src/stand-in/exchange.ts';
import { startStandIn } from '../../../src/stand-in/stand-in.ts';
import type { Cleanup } from '../../support/cleanup.ts';

/** Words of an answer, and how long each takes: a third of a second together. */
const words = 10;
const wordMs = 30;

/** The only right answer to a prompt with this mark. */
export function answerTo(mark: string): string {
  return Array.from({ length: words }, (_, n) => `${mark}-${n} `).join('');
}

export interface BalancedApi {
  url: string;
  /** The logins that have begun to answer a prompt with this mark. */
  answeredBy: (mark: string) => readonly string[];
  /** How many requests of this login have reached the API since the start. */
  countOf: (login: string) => number;
  /** From now on a login's plan is used up, until the time in Unix seconds. */
  limit: (login: string, resetsAt: number) => void;
}

/** A stand-in for the API that notes which login asked it what. */
export async function startApi(cleanup: Cleanup): Promise<BalancedApi> {
  const answered = new Map<string, string[]>();
  const counts = new Map<string, number>();
  const resets = new Map<string, number>();
  const behaviour = ({ headers, body }: RecordedRequest): Behaviour => {
    const login = headers.authorization?.replace('Bearer ', '') ?? '';
    counts.set(login, (counts.get(login) ?? 0) + 1);
    const resetsAt = resets.get(login) ?? 0;
    if (resetsAt * 1000 > Date.now()) return apiErrors.planLimit(resetsAt);
    const mark = /mark-\d+/g.exec(JSON.stringify((body as { messages: unknown[] }).messages.at(-1)))?.[0] ?? '';
    answered.set(mark, [...(answered.get(mark) ?? []), login]);
    return { kind: 'answer', deltas: answerTo(mark).match(/\S+ /g) ?? [], deltaEveryMs: wordMs };
  };
  const standIn = await startStandIn({ behaviour, keepRequests: 1 });
  cleanup.defer(() => standIn.stop());
  return {
    url: standIn.url,
    answeredBy: (mark) => answered.get(mark) ?? [],
    countOf: (login) => counts.get(login) ?? 0,
    limit: (login, resetsAt) => {
      resets.set(login, resetsAt);
    },
  };
}
