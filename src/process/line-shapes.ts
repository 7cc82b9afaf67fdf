import * as z from 'zod';
import { HarnessError } from '../core/errors.ts';

/** What lines of `claude --output-format stream-json` have in common, whoever reads them (CLI 2.1.197 to 2.1.332). */
export const controlResponse = z.object({
  type: z.literal('control_response'),
  response: z.object({
    subtype: z.enum(['success', 'error']),
    request_id: z.string(),
    response: z.unknown().optional(),
    error: z.string().optional(),
  }),
});

const reportedWindow = z.object({
  status: z.string().nullish(),
  // Unix seconds.
  resetsAt: z.number().nullish(),
  // From 0 to 1, or above where more than the plan is used.
  utilization: z.number().nullish(),
});

export const rateLimitEvent = z.object({
  type: z.literal('rate_limit_event'),
  rate_limit_info: reportedWindow.extend({
    status: z.string(),
    rateLimitType: z.string().nullish(),
    // Newer versions alone. What is of no known shape must not fail a turn.
    unifiedWindows: z.record(z.string(), reportedWindow).nullish().catch(undefined),
  }),
});

export const initLine = z.object({
  type: z.literal('system'),
  subtype: z.literal('init'),
  claude_code_version: z.string().nullish(),
});

/** Reads a line of a type that is known. Throws `CLI_PROTOCOL` where it has another shape. */
export function parseKnownLine<Line>(schema: z.ZodType<Line>, line: Readonly<Record<string, unknown>>): Line {
  const parsed = schema.safeParse(line);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new HarnessError(
    'CLI_PROTOCOL',
    `The claude CLI printed a ${String(line['type'])} line that the harness does not understand (at ${at}); this CLI version may be newer than the harness.`,
    { cause: parsed.error },
  );
}
