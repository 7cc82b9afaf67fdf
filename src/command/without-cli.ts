import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readiness } from '../core/backend.ts';

/** EX_TEMPFAIL of sysexits.h: another start may find what this one has missed. */
export const cliMissingExitCode = 75;

export interface WithoutCliOptions {
  readiness: () => Readiness;
  /** The CLI's own folder, where the environment names it. */
  configFolder: string | undefined;
  /** How long either may be missing. */
  forMs: number;
}

/**
 * Resolves when the CLI, or its folder, has been missing all the time for so long. A service that sees the folders of homes
 * as they were at its start can't see one that appears later; only a new start can.
 */
export async function untilCliMissing({ readiness, configFolder, forMs }: WithoutCliOptions): Promise<'cli_missing'> {
  const pollMs = Math.min(1000, forMs / 5);
  let missingSince: number | undefined;
  for (;;) {
    const now = performance.now();
    if (isMissing(readiness(), configFolder)) missingSince ??= now;
    else missingSince = undefined;
    if (missingSince !== undefined && now - missingSince >= forMs) return 'cli_missing';
    await sleep(pollMs, undefined, { ref: false });
  }
}

function isMissing(readiness: Readiness, configFolder: string | undefined): boolean {
  if (configFolder !== undefined && !existsSync(configFolder)) return true;
  return !readiness.ready && readiness.reason === 'cli_missing';
}
