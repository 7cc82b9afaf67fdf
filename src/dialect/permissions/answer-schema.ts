import { z } from 'zod';
import { anyObject } from '../anthropic-shared/any-object.ts';

/**
 * What clients get. The formats are those of the `permissions` plugin of ccproxy, with fields of the harness's own:
 * `session_id`, `agent` and `tool_input`.
 */
const time = z.iso.datetime();
const asked = {
  request_id: z.string().describe('The id of the event of the call, in its session.'),
  tool_name: z.string().describe('That of an MCP server is `mcp__SERVER__TOOL`.'),
  input: z.record(z.string(), z.string()).describe('Values that are no strings are in JSON.'),
  created_at: time,
  expires_at: time.nullable().describe('When it is denied unless somebody answers. Null: it waits.'),
  session_id: z.string(),
  agent: z.string(),
  tool_input: anyObject.describe('The input as it is.'),
};

export const wirePermission = z.object({
  ...asked,
  status: z.enum(['pending', 'allowed', 'denied', 'expired']),
  time_remaining: z.int().nonnegative().nullable().describe('In seconds. Null: it waits.'),
});

export const permissionRequest = z.object({
  type: z.literal('permission_request'),
  ...asked,
  timeout_seconds: z.number().nullable(),
});

export const permissionResolved = z.object({
  type: z.literal('permission_resolved'),
  request_id: z.string(),
  allowed: z.boolean(),
  resolved_at: time,
});

export const permissionExpired = z.object({
  type: z.literal('permission_expired'),
  request_id: z.string(),
  expired_at: time,
});

/** At the beginning, and while nothing happens. */
export const permissionPing = z.object({ message: z.string() });

export const respondReply = z.object({
  status: z.literal('success'),
  permission_id: z.string(),
  allowed: z.boolean(),
});

/** As the CLI takes it from a permission tool, but for `pending`. */
export const checkReply = z.discriminatedUnion('behavior', [
  z.object({ behavior: z.literal('allow'), updatedInput: anyObject.describe('The input as it was asked about.') }),
  z.object({ behavior: z.literal('deny'), message: z.string() }),
  z.object({ behavior: z.literal('pending'), confirmationId: z.string(), message: z.string() }),
]);
