import { z } from 'zod';
import { type DeepReadonly, deepFreeze } from './deep-freeze.ts';
import { choice } from './key-types.ts';
import { claudeSection } from './sections/claude.ts';
import { directSection } from './sections/direct.ts';
import { limitsSection } from './sections/limits.ts';
import { loggingSection } from './sections/logging.ts';
import { modelsSection } from './sections/models.ts';
import { poolSection } from './sections/pool.ts';
import { responsesSection } from './sections/responses.ts';
import { serverSection } from './sections/server.ts';
import { stateSection } from './sections/state.ts';

const needsDirect = 'expected direct.api_key_env to be set as well, since nothing else can serve this';

/**
 * Type, defaults, validation and documentation of the configuration. Durations come out as milliseconds, sizes as
 * bytes; allowed hosts and origins in lower case. Every key is optional.
 */
export const configSchema = z
  .strictObject({
    server: serverSection.prefault({}),
    claude: claudeSection.prefault({}),
    models: modelsSection.prefault({}),
    direct: directSection.prefault({}),
    pool: poolSection.prefault({}),
    limits: limitsSection.prefault({}),
    state: stateSection.prefault({}),
    responses: responsesSection.prefault({}),
    logging: loggingSection.prefault({}),
    unsupported_params: choice(['ignore', 'reject'])
      .prefault('ignore')
      .describe('Whether request parameters that cannot be honoured are ignored, or the request is rejected.'),
    reasoning: choice(['visible', 'hidden'])
      .prefault('visible')
      .describe("Whether clients see the model's thinking, where they asked for effort."),
    fallback: choice(['none', 'direct'])
      .prefault('none')
      .describe(
        'What answers when the CLI cannot: when the limit of the plan is reached, or the CLI is missing or not logged in. `direct` needs `direct.api_key_env`, and its answers are billed to that key.',
      ),
  })
  .refine(({ fallback, direct }) => fallback !== 'direct' || direct.api_key_env !== undefined, {
    path: ['fallback'],
    error: needsDirect,
  })
  .refine(({ models, direct }) => models.direct.length === 0 || direct.api_key_env !== undefined, {
    path: ['models', 'direct'],
    error: needsDirect,
  });

/** The loaded configuration; frozen all the way down. Durations are milliseconds, sizes are bytes. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

/** The configuration of someone who sets nothing. */
export function defaultConfig(): Config {
  return deepFreeze(configSchema.parse({}));
}
