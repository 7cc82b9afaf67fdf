import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { spawnCli, type CliProcess, type CliProcessOptions } from '../../src/process/cli-process.ts';

/** A program of one behaviour that stands for the CLI. */
export function fixtureCli(name: string): string {
  return fileURLToPath(new URL(`../fixtures/cli/${name}`, import.meta.url));
}

/** Enough for the fixtures to find `sleep` and `cat`. */
export const env = { PATH: process.env['PATH'] ?? '' };

/** Starts a fixture, and ends it with the test. */
export function spawnFixture(name: string, options: Partial<CliProcessOptions> = {}): CliProcess {
  const cli = spawnCli({ path: fixtureCli(name), args: [], env, cwd: tmpdir(), ...options });
  onTestFinished(() => cli.stop());
  return cli;
}

/** A directory that goes with the test. */
export function temporaryDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'harness-unit-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

export function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Whoever adopted an orphan may be slow to notice its end.
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}
