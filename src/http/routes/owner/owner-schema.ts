import { z } from 'zod';
import { processStates } from '../../../core/pool-figures.ts';
import { notReady, ready } from '../health-schema.ts';

const time = z.iso.datetime();
const seconds = z.number().nonnegative();
const count = z.int().nonnegative();

export const signInState = z.object({
  state: z.enum(['none', 'waiting', 'signed_in', 'failed']),
  url: z
    .string()
    .exactOptional()
    .describe('Where the owner signs in; it ends with a code for `POST /auth/login/code`.'),
  automatic_url: z
    .string()
    .exactOptional()
    .describe('The same for a browser on the machine of the service, which needs no code.'),
  expires_at: time.exactOptional(),
  message: z.string().exactOptional().describe('What went wrong.'),
});

export const authStatus = z.object({
  logged_in: z.boolean().nullable().describe('Null where the CLI does not say.'),
  method: z.string().nullable().describe('By the CLI’s name for it, such as `claude.ai` or `oauth_token`.'),
  service: z.discriminatedUnion('status', [ready, notReady]).describe('As `/ready` has it.'),
  sign_in: signInState,
});

export const loginInstructions = z.object({
  logged_in: z.boolean().nullable(),
  remedy: z.string(),
  steps: z.array(z.string()),
});

export const loggedOut = z.object({ logged_in: z.literal(false) });

export const versions = z.object({
  version: z.string(),
  cli: z.object({ path: z.string(), version: z.string() }).nullable(),
  node: z.string(),
});

export const configuration = z
  .record(z.string(), z.unknown())
  .describe('By sections, as in the file; what is secret is `(hidden)`.');

const pooledProcess = z.object({
  id: z.string().describe('The process’s number on its machine.'),
  login: z.string().exactOptional().describe('The name of its login; absent where there is but one.'),
  model: z.string(),
  state: z.enum(processStates),
  age_seconds: seconds,
  idle_seconds: seconds,
  is_active: z.boolean(),
  use_count: count,
});

export const poolStats = z.object({
  max_sessions: count.describe('How many may wait; those in use are bounded by `limits.concurrent_turns`.'),
  ttl_seconds: seconds.describe('The age at which a process that waits is replaced.'),
  total_sessions: count,
  active_sessions: count,
  available_sessions: count,
  sessions: z.array(pooledProcess),
});

export const commandRun = z.object({
  command: z.string(),
  status: z.enum(['success', 'error', 'timeout']),
  returncode: z.int().nullable(),
  output: z.string(),
  error: z.string(),
});

export type WireSignIn = z.infer<typeof signInState>;
export type WireAuthStatus = z.infer<typeof authStatus>;
export type WireLoginInstructions = z.infer<typeof loginInstructions>;
export type WireVersions = z.infer<typeof versions>;
export type WirePoolStats = z.infer<typeof poolStats>;
export type WireCommandRun = z.infer<typeof commandRun>;
