import { z } from 'zod';

const count = z.int().nonnegative();
const turns = z.object({ active: count, queued: count });

export const alive = z.object({ status: z.literal('ok') }).describe('The whole answer for clients without a token.');

/** Paths below the address of the service. */
export const places = z.object({
  service: z.literal('claude-harness'),
  openai_base_url: z.string(),
  anthropic_base_url: z.string(),
  dashboard: z.string(),
  api: z.string(),
  openapi: z.string(),
  health: z.string(),
  ready: z.string(),
  metrics: z.string(),
});

export const hello = z.object({ message: z.literal('hello') });

const cliCheck = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('pending') }),
    z.object({ status: z.literal('undecided'), reason: z.string() }),
    z.object({
      status: z.literal('served'),
      reuse: z.boolean().describe('Whether a process serves many turns.'),
      prompt: z.enum(['exact', 'fed']).describe('Whether requests arrive exactly, or are fed message by message.'),
    }),
    z.object({
      status: z.literal('not_served'),
      reason: z.string(),
      last_good: z.string().exactOptional().describe('The version that was served before.'),
    }),
  ])
  .describe('What the check of this version has found; absent where every version is trusted.');

export const ready = z.object({
  status: z.literal('ready'),
  notice: z.string().exactOptional().describe('What the owner should do soon.'),
});

export const notReady = z.object({
  status: z.literal('not_ready'),
  reason: z.enum([
    'starting',
    'draining',
    'cli_missing',
    'cli_failing',
    'not_logged_in',
    'api_key_refused',
    'rate_limited',
  ]),
  message: z.string().describe('What is wrong, and what to do.'),
  resets_at: z.string().exactOptional().describe("When the plan's window opens again."),
});

const canSignIn = z
  .boolean()
  .describe('Whether `POST /auth/login` changes it: not where the CLI is given a token or a key instead.');
const login = { name: z.string(), can_sign_in: canSignIn };

export const fullHealth = z.object({
  status: z.literal('ok'),
  version: z.string(),
  uptime_seconds: count,
  cli: z.object({ path: z.string(), version: z.string(), check: cliCheck.exactOptional() }).nullable(),
  turns,
  processes: z.object({ warm: count }),
  can_sign_in: canSignIn.describe('The same of the CLI’s login; with several, of the first.'),
  logins: z
    .array(z.discriminatedUnion('status', [ready.extend(login), notReady.extend(login)]))
    .exactOptional()
    .describe('Absent where the service has but one login.'),
  requests_today: z.object({
    since: z.string().describe('When the day began, in UTC.'),
    served: count,
    failed: count,
  }),
  tunnel: z
    .object({ type: z.string(), url: z.string().nullable().describe('null while the tunnel is closed.') })
    .exactOptional()
    .describe('The public address, where the service has one by a tunnel.'),
});

export const directHealth = z.object({
  status: z.literal('ok'),
  version: z.string(),
  uptime_seconds: count,
  turns,
});

const cli = { backend: z.literal('cli'), health: fullHealth.exactOptional() };
const direct = { backend: z.literal('direct'), health: directHealth.exactOptional() };

export const cliStatus = z.discriminatedUnion('status', [ready.extend(cli), notReady.extend(cli)]);
export const directStatus = z.discriminatedUnion('status', [ready.extend(direct), notReady.extend(direct)]);

export type FullHealth = z.infer<typeof fullHealth>;
export type LoginHealth = NonNullable<FullHealth['logins']>[number];
export type DirectHealth = z.infer<typeof directHealth>;
export type CliCheck = z.infer<typeof cliCheck>;
export type ReadyBody = z.infer<typeof ready> | z.infer<typeof notReady>;
