import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { cliUnderTest } from '../../test/support/cli-under-test.ts';
import { root } from '../../test/support/root.ts';

const loadBefore = loadavg();

export function defaultResultsFile(startedAt: Date, prefix = ''): string {
  return join(root, 'bench/results', `${prefix}${startedAt.toISOString().replaceAll(':', '-')}.json`);
}

/** Writes results with what they were measured on. */
export function writeReport(file: string, startedAt: Date, results: object): void {
  const machine = { cpus: cpus().length, cpu: cpus()[0]?.model, loadBefore, loadAfter: loadavg() };
  const cli = execFileSync(cliUnderTest, ['--version'], { encoding: 'utf8' }).trim();
  const report = { startedAt: startedAt.toISOString(), node: process.version, cli, machine, ...results };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\n  ${file}`);
}
