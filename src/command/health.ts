import * as z from 'zod';
import { describeSilence, getJson, type RunningService } from './running-service.ts';

const ready = z.object({ reason: z.string().optional(), message: z.string().optional() });

/** Reasons not to serve that a restart might take away; the others wait for the owner, or for time to pass. */
const faults: ReadonlySet<string> = new Set(['cli_missing', 'cli_failing']);

/**
 * Whether the running service is sound, for what watches it, such as Docker: a service that only lacks a login, or has
 * used its plan up, is. Returns the exit code: 0, or 1 with a line that says what is wrong.
 */
export async function healthCommand(service: RunningService, print: (text: string) => void): Promise<number> {
  try {
    const { reason, message } = ready.parse((await getJson(service, '/ready')).body);
    if (reason === undefined || !faults.has(reason)) return 0;
    print(`${message ?? reason}\n`);
  } catch (error) {
    print(describeSilence(service, error));
  }
  return 1;
}
