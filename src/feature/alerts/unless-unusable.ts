import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';

/** The outcome of work with the state file, or what holds without it: the owner is rather told twice than never. */
export function unlessUnusable<T>(work: () => T, otherwise: T, log: Logger): T {
  try {
    return work();
  } catch (error) {
    // The state file logs its own failures, once each.
    if (!(error instanceof HarnessError)) throw error;
    log.debug('what the owner was told could not be read or stored', { error });
    return otherwise;
  }
}
