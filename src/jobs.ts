import { clocks } from './clocks.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './core/logger.ts';
import type { Sessions } from './core/sessions.ts';
import type { ActiveWork } from './exchange/active-work.ts';
import type { Unattended } from './exchange/unattended.ts';
import { createJobs, type JobEngine } from './feature/jobs/create-jobs.ts';
import { machineName } from './state/machine-name.ts';
import type { Stores } from './stores.ts';
import { newIdOf } from './util/new-id.ts';
import { isGone, processIdentity } from './util/process-identity.ts';

export interface JobsParts {
  config: Config;
  log: Logger;
  state: Pick<Stores, 'file' | 'work'>;
  active: ActiveWork;
  /** Absent where another service runs requests. */
  unattended: Unattended | undefined;
  /** Absent where no agents run in this service. */
  sessions: Sessions | undefined;
}

/** The jobs, as they are configured. */
export function createJobEngine({ config, log, state, active, unattended, sessions }: JobsParts): JobEngine {
  const { concurrency, max_per_client: maxOpen, keep: keepMs, webhook, webhook_secret: secret } = config.jobs;
  return createJobs({
    ...{ state: state.work, log, now: clocks.now, newId: newIdOf(config.server.instance) },
    ...{ concurrency, maxOpen, keepMs, isGone },
    serviceId: processIdentity(),
    machine: () => machineName(state.file),
    allowsOwnWebhook: config.jobs.allow_webhooks,
    beginWork: () => active.begin(),
    ...(unattended !== undefined && { answers: unattended }),
    ...(sessions !== undefined && { sessions }),
    ...(webhook !== undefined && { webhook }),
    ...(secret !== undefined && { secret }),
  });
}
