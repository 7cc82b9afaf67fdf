import { z } from 'zod';
import { type DeepReadonly, deepFreeze } from './deep-freeze.ts';
import { choice } from './key-types.ts';
import { misplacedNotices } from './agents/misplaced-notices.ts';
import { misplacedTokens } from './agents/misplaced-tokens.ts';
import { adminSection } from './sections/admin.ts';
import { alertsSection } from './sections/alerts.ts';
import { agentsSection, type AgentsSection } from './sections/agents.ts';
import { batchesSection } from './sections/batches.ts';
import { cacheSection } from './sections/cache.ts';
import { claudeSection } from './sections/claude.ts';
import { conversationsSection } from './sections/conversations.ts';
import { directSection } from './sections/direct.ts';
import { filesSection } from './sections/files.ts';
import { jobsSection } from './sections/jobs.ts';
import { limitsSection } from './sections/limits.ts';
import { loggingSection } from './sections/logging.ts';
import { modelsSection } from './sections/models.ts';
import { observeSection } from './sections/observe.ts';
import { poolSection } from './sections/pool.ts';
import { responsesSection } from './sections/responses.ts';
import { serverSection } from './sections/server.ts';
import { stateSection } from './sections/state.ts';
import { tunnelSection } from './sections/tunnel.ts';
import { misplacedTunnel } from './misplaced-tunnel.ts';

const needsDirect = 'expected direct.api_key_env to be set too, since only the direct backend can serve this';

/**
 * Types, defaults, validation and documentation of the configuration. Durations are parsed to milliseconds, sizes to
 * bytes, allowed hosts and origins to lower case. Every key is optional.
 */
export const configSchema = z
  .strictObject({
    server: serverSection.prefault({}),
    tunnel: tunnelSection.prefault({}),
    claude: claudeSection.prefault({}),
    models: modelsSection.prefault({}),
    direct: directSection.prefault({}),
    pool: poolSection.prefault({}),
    limits: limitsSection.prefault({}),
    state: stateSection.prefault({}),
    responses: responsesSection.prefault({}),
    conversations: conversationsSection.prefault({}),
    batches: batchesSection.prefault({}),
    cache: cacheSection.prefault({}),
    files: filesSection.prefault({}),
    jobs: jobsSection.prefault({}),
    logging: loggingSection.prefault({}),
    observe: observeSection.prefault({}),
    admin: adminSection.prefault({}),
    alerts: alertsSection.prefault({}),
    agents: agentsSection.prefault({}),
    unsupported_params: choice(['ignore', 'reject'])
      .prefault('ignore')
      .describe('Whether request parameters that cannot be honoured are ignored or cause the request to be rejected.'),
    reasoning: choice(['visible', 'hidden'])
      .prefault('visible')
      .describe("Whether clients that ask for effort see the model's thinking."),
    fallback: choice(['none', 'direct'])
      .prefault('none')
      .describe(
        'Backend that answers when the CLI cannot: when the plan limit is reached, or the CLI is missing or not logged in. `direct` needs `direct.api_key_env`, and its answers are billed to that key.',
      ),
  })
  .refine(({ fallback, direct }) => fallback !== 'direct' || direct.api_key_env !== undefined, {
    path: ['fallback'],
    error: needsDirect,
  })
  .refine(({ models, direct }) => models.direct.length === 0 || direct.api_key_env !== undefined, {
    path: ['models', 'direct'],
    error: needsDirect,
  })
  .refine(({ files, state }) => !files.shared || (files.path !== undefined && state.url !== undefined), {
    path: ['files', 'shared'],
    error: 'expected state.url, and files.path with a folder that all machines have',
  })
  .superRefine(({ agents, server, tunnel }, context) => {
    const problems = [
      ...misplacedTunnel({ tunnel, server }),
      ...misplacedTokens({ agents, server }),
      ...misplacedNotices({ agents, server }),
    ];
    for (const { path, message } of problems) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

type Loaded = z.output<typeof configSchema>;

/**
 * The loaded configuration, deeply frozen. Durations are in milliseconds, sizes in bytes. The agents stand among the keys
 * of their section; `agentProfiles` reads them.
 */
export type Config = DeepReadonly<Omit<Loaded, 'agents'> & { agents: AgentsSection }>;

/** The configuration when nothing is set. */
export function defaultConfig(): Config {
  return deepFreeze(configSchema.parse({}));
}
