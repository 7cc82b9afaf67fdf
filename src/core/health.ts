import type { Readiness } from './backend.ts';

/** What `/health` reports to the owner. */
export interface HealthReport {
  /** Seconds since the service started. */
  uptimeSeconds: number;
  version: string;
  cli: { path: string; version: string; check?: CliCheckReport } | undefined;
  activeTurns: number;
  queuedTurns: number;
  warmProcesses: number;
  /** Whether the CLI's login is one to sign in to; of the first where there are several. */
  canSignIn: boolean;
  /** Absent where the service is not to be public; `url` is undefined while the tunnel is closed. */
  tunnel?: { type: string; url: string | undefined };
  /** Absent where there is but one. */
  logins?: readonly LoginReport[];
}

/** Whether one of several logins would serve a request. */
export interface LoginReport {
  name: string;
  readiness: Readiness;
  /** Whether it is one to sign in to, and not a token. */
  canSignIn: boolean;
}

/** What the check of the installed CLI has found. */
export type CliCheckReport =
  /** It is served with the least that can be expected of it, until its check is over. */
  | { status: 'pending' }
  /** The same: the check came to no end, and is tried again later. */
  | { status: 'undecided'; reason: string }
  | { status: 'served'; reuse: boolean; prompt: 'exact' | 'fed' }
  /** `lastGood`: the version that was served last, where it is known. */
  | { status: 'not_served'; reason: string; lastGood?: string };
