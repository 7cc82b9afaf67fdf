import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { Cleanup } from '../../support/cleanup.ts';
import { endProcess } from '../../support/end-process.ts';
import { freePort } from '../../support/free-port.ts';
import { root } from '../../support/root.ts';

export const monitoring = join(root, 'deploy/monitoring');

/** How often it looks; the rates of queries are over a minute. */
const intervalSeconds = 1;

export interface Prometheus {
  /** Its configuration, as it runs. */
  config: string;
  /** The values that a query has now. Throws what Prometheus has against it. */
  query: (expr: string) => Promise<number[]>;
}

/** Starts Debian's Prometheus with the deployment's configuration; only the target, the token and the interval are others. */
export async function startPrometheus(cleanup: Cleanup, target: URL, token: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-test-'));
  cleanup.defer(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const config = join(folder, 'prometheus.yml');
  cpSync(join(monitoring, 'alerts.yml'), join(folder, 'alerts.yml'));
  writeFileSync(join(folder, 'token'), `${token}\n`);
  const document = parseDocument(readFileSync(join(monitoring, 'prometheus.yml'), 'utf8'));
  document.setIn(['global', 'scrape_interval'], `${intervalSeconds}s`);
  document.setIn(['scrape_configs', 0, 'static_configs', 0, 'targets'], [target.host]);
  writeFileSync(config, document.toString());

  const address = `127.0.0.1:${await freePort()}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ];
  const child = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  cleanup.defer(() => endProcess(child));
  return { config, query: (expr) => query(`http://${address}`, expr) };
}

async function query(url: string, expr: string): Promise<number[]> {
  const reply = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const { status, error, data } = (await reply.json()) as Reply;
  if (status !== 'success' || data === undefined) throw new Error(`${error ?? status}: ${expr}`);
  return data.result.map(({ value: [, value] }) => Number(value));
}

interface Reply {
  status: 'success' | 'error';
  error?: string;
  data?: { result: { value: [time: number, value: string] }[] };
}
