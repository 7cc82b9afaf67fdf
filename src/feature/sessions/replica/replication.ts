import type { SharedState } from '../../../state/shared-state.ts';
import { Sweep } from '../../../state/sweep.ts';
import { createChangeJournal, type ChangeJournal } from './change-journal.ts';
import { SessionPublisher, type PublisherOptions } from './publisher.ts';
import { createReplicaStore, type Machine } from './replica-store.ts';

/** What has other machines know of the sessions of this one. */
export interface Replication {
  start(): void;
  stop(): Promise<void>;
}

/** The database that machines share, and what others are to know of this one. */
export interface ReplicaPlace extends Pick<PublisherOptions, 'collectMs' | 'maxBytes'> {
  state: SharedState;
  /** Throws a HarnessError (INTERNAL) when the state file can't be used. */
  machine: () => Machine;
}

/** Where there is no place, the state file notes nothing for it any more. */
export function createReplication(
  place: ReplicaPlace | undefined,
  options: Omit<PublisherOptions, 'journal' | 'replica'>,
): Replication {
  const journal = createChangeJournal(options.stateFile);
  if (place === undefined) return endReplication(journal, options);
  const { state, machine, ...bounds } = place;
  const replica = createReplicaStore(state, machine, options.now);
  return new SessionPublisher({ ...options, ...bounds, journal, replica });
}

function endReplication(journal: ChangeJournal, { log }: Pick<PublisherOptions, 'log'>): Replication {
  const sweep = new Sweep(() => {
    journal.end();
    return false;
  }, log);
  return {
    start() {
      sweep.start();
    },
    stop() {
      sweep.stop();
      return Promise.resolve();
    },
  };
}
