import type { Lab } from '../support/lab.ts';

/** A running HTTP service over the CLI. */
export interface Service {
  url: string;
  isAlive: () => boolean;
  stop: () => Promise<void>;
  /** Settles when nothing of an earlier request is at work; absent where a service does not tell. */
  quiet?: () => Promise<void>;
}

/** One of those that are compared. */
export interface Candidate {
  /** With its version. */
  name: string;
  model: string;
  start: (lab: Lab) => Promise<Service>;
}
