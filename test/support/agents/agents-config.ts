import { configSchema, type Config } from '../../../src/config/schema.ts';
import type { FileSections } from '../service/sections.ts';

/** The `agents` of a configuration file, as the service has it. */
export function agentsConfig(agents: NonNullable<FileSections['agents']>): Config['agents'] {
  return configSchema.parse({ agents }).agents;
}
