import { startHarness } from '../support/harness.ts';
import { model, type Lab } from '../support/lab.ts';
import { installPeer } from './install.ts';
import type { Peer } from './peers.ts';
import { startPeer } from './start-peer.ts';
import type { Cleanup } from '../support/cleanup.ts';

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

export const harnessCandidate: Candidate = {
  name: 'claude-harness',
  model,
  async start(lab) {
    const harness = await startHarness(lab);
    const { url, child } = harness;
    return {
      url,
      isAlive: () => child.exitCode === null && child.signalCode === null,
      stop: () => harness.stop(),
      quiet: () => harness.quiet(),
    };
  },
};

export function toCandidate(peer: Peer, cleanup: Cleanup): Candidate {
  const folder = installPeer(peer, cleanup);
  const { name, version, model: peerModel } = peer;
  return { name: `${name} ${version}`, model: peerModel, start: (lab) => startPeer(peer, folder, lab) };
}
