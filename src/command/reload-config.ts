import { ConfigError } from '../config/config-error.ts';
import type { ConfigChange } from '../config/live-config.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';

/**
 * Reads the configuration again, and logs what of it has effect now, and what needs a restart. With a mistake in it the
 * service goes on as it was.
 */
export function reloadConfig(reload: (next: Config) => ConfigChange, read: () => Config, log: Logger): void {
  let change: ConfigChange;
  try {
    change = reload(read());
  } catch (error) {
    const details = error instanceof ConfigError ? { reason: error.message } : { error };
    log.error('the configuration was not taken; the service goes on with the one before', details);
    return;
  }
  tell(change, log);
}

/** One line, so that whoever has read that of a reload has read all of it. */
function tell({ taken, pending }: ConfigChange, log: Logger): void {
  const keys = taken.join(', ');
  const needs_restart = pending.join(', ');
  if (pending.length === 0) {
    if (taken.length === 0) log.info('the configuration was read again, and holds nothing new to take');
    else log.info('the configuration was taken', { keys });
  } else if (taken.length === 0) {
    log.warn('the configuration was read again, and what has changed needs a restart', { needs_restart });
  } else log.warn('the configuration was taken, except what needs a restart', { keys, needs_restart });
}
