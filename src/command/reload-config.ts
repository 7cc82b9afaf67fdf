import { ConfigError } from '../config/config-error.ts';
import type { ConfigChange } from '../config/live-config.ts';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../core/logger.ts';

/** Reads the configuration again, and logs what of it has effect now. With a mistake in it the service goes on as it was. */
export function reloadConfig(reload: (next: Config) => ConfigChange, read: () => Config, log: Logger): void {
  let change: ConfigChange;
  try {
    change = reload(read());
  } catch (error) {
    const details = error instanceof ConfigError ? { reason: error.message } : { error };
    log.error('the configuration was not taken; the service goes on with the one before', details);
    return;
  }
  const { taken, pending } = change;
  if (taken.length === 0) log.info('the configuration was read again, and holds nothing new to take');
  else log.info('the configuration was taken', { keys: taken.join(', ') });
  if (pending.length > 0) {
    log.warn('these keys have changed too, and take effect at the next restart', { keys: pending.join(', ') });
  }
}
