import { startHarness } from '../support/harness.ts';
import { model } from '../support/lab.ts';
import type { Candidate } from './candidate.ts';
import { installPeer } from './install.ts';
import type { Peer } from './peers.ts';
import { startPeer } from './start-peer.ts';
import type { Cleanup } from '../../test/support/cleanup.ts';

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
