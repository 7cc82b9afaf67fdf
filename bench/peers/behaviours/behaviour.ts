import type { StandIn } from '../../../src/stand-in/stand-in.ts';
import type { RecordedRequest } from '../../../src/stand-in/exchange.ts';

/** What a service is asked, and what of it is looked at: what reached the API, and what the client got. */
export interface Subject {
  /** Of the service, without `/v1`. */
  url: string;
  model: string;
  standIn: StandIn;
  /** The home of the service's user. */
  home: string;
}

export interface Verdict {
  ok: boolean;
  /** What was seen, in a few words. */
  note: string;
}

export interface Behaviour {
  /** Such that a yes is what a client of the API expects. */
  name: string;
  judge: (subject: Subject) => Promise<Verdict>;
}

/** The first request to the API that has `mark` in it: the CLI may send others of its own. */
export function upstreamWith({ standIn }: Subject, mark: string): RecordedRequest | undefined {
  return standIn.requests.find(({ body }) => JSON.stringify(body).includes(mark));
}
