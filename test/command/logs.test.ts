import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { logsCommand, type LogsOptions } from '../../src/command/logs/logs.ts';
import type { RunningService } from '../../src/command/running-service.ts';
import { toWireAccess } from '../../src/http/routes/logs/wire.ts';
import { base, row } from '../feature/access/rows.ts';

const entry = (changes: Parameters<typeof row>[0] = {}) => toWireAccess(row(changes));
const now = Date.UTC(2026, 0, 31, 12);

interface Served {
  results?: object[];
  /** Of `/logs/stream`, which ends then. */
  events?: object[];
  status?: number;
  body?: object;
}

/** A service that gives these requests, and what it was asked. */
async function serving({ results = [], events = [], status = 200, body = { results } }: Served) {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url, headers: { authorization } }, res) => {
    asked.push(`${url ?? ''} ${authorization ?? ''}`.trim());
    if (url === '/logs/stream') res.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    else res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function printed(service: RunningService, options: Partial<LogsOptions> = {}) {
  let text = '';
  const print = (more: string): void => {
    text += more;
  };
  const asked: LogsOptions = { limit: 50, follow: false, format: 'table', ...options };
  const exitCode = await logsCommand(service, asked, { print, now: () => now });
  return { exitCode, text, lines: text.split('\n').slice(0, -1) };
}

const at = (time: number): string => new Date(time).toLocaleString('sv-SE');

describe('logs', () => {
  it('asks the service for what is meant, with its token', async () => {
    const { url, asked } = await serving({});
    await printed(
      { url, token: 'right' },
      { since: '24h', model: 'haiku', client: 'ada', status: '5xx', error: 'any' },
    );
    expect(asked).toEqual([
      '/logs/query?model=haiku&client=ada&status=5xx&error=any&limit=50&start_time=2026-01-30T12%3A00%3A00.000Z Bearer right',
    ]);
  });

  it('shows a table with the newest last', async () => {
    const failed = entry({
      ...{ client: null, served_model: null, status_code: 429, error_code: 'QUEUE_FULL' },
      ...{ first_token_ms: null, cost_usd: null, timestamp: base + 1000 },
    });
    const { exitCode, lines } = await printed(await serving({ results: [failed, entry()] }));
    expect(exitCode).toBe(0);
    expect(lines).toEqual([
      'time                 client  path          model             error       status  first ms   ms  in  out     USD',
      `${at(base)}  ada     /v1/messages  claude-haiku-4-5                 200        20  100  49   20  0.2500`,
      `${at(base + 1000)}          /v1/messages  haiku             QUEUE_FULL     429            100  49   20`,
    ]);
  });

  it('shows nothing of a name that could act on the terminal', async () => {
    const { text } = await printed(await serving({ results: [entry({ client: 'a\u001B[2Jb' })] }));
    expect(text).not.toContain('\u001B');
  });

  it('prints the whole answer as it came', async () => {
    const body = { results: [entry()], next_cursor: null, more: 1 };
    const { text } = await printed(await serving({ body }), { format: 'json' });
    expect(JSON.parse(text)).toEqual(body);
  });

  it('prints everything for programs, in which nothing becomes a formula', async () => {
    const { lines } = await printed(await serving({ results: [entry({ client: '=1+1', session: 'a,b' })] }), {
      format: 'csv',
    });
    expect(lines[0]).toMatch(/^request_id,timestamp,client,.*,session,cache$/);
    expect(lines[1]).toMatch(/^req_1,2026-01-02T03:04:05\.000Z,'=1\+1,.*,"a,b",$/);
  });

  it('follows: shows what is meant of what finishes, once, and how much it has missed', async () => {
    const live = (changes: Parameters<typeof row>[0]) => ({ type: 'request', ...entry({ client: 'bob', ...changes }) });
    const events = [
      live({}),
      live({ request_id: 'req_2', client: 'ada', status_code: 500 }),
      live({ request_id: 'req_3', status_code: 503, error_code: 'DRAINING' }),
      { type: 'missed', count: 7 },
      live({ request_id: 'req_4', status_code: 200 }),
    ];
    const stored = entry({ client: 'bob', status_code: 500 });
    const filter = { client: 'bob', status: '5xx', follow: true };
    const { url, asked } = await serving({ results: [stored], events: [{ type: 'request', ...stored }, ...events] });
    const { lines } = await printed({ url }, filter);
    expect(asked[0]).toBe('/logs/stream');
    expect(lines.map((line) => / (500|503) |^\(7 requests/.exec(line)?.[0].trim())).toEqual([
      undefined,
      '500',
      '503',
      '(7 requests',
    ]);
    const json = await printed({ url }, { ...filter, format: 'json' });
    expect(json.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { request_id: 'req_1' },
      { request_id: 'req_3', error_code: 'DRAINING' },
      { missed: 7 },
    ]);
    expect(json.text).not.toContain('"type"');
  });

  it.each([
    ['what the service says against it', { error: { message: 'This token may not.' } }, 403, 'This token may not.\n'],
    ['the status of an answer that says nothing', {}, 502, 'The service answered 502.\n'],
  ])('shows %s, and exits with 1', async (_, body, status, expected) => {
    expect(await printed(await serving({ body, status }))).toMatchObject({ exitCode: 1, text: expected });
  });

  it('says which address does not answer', async () => {
    const { exitCode, text } = await printed({ url: 'http://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(text).toContain('http://127.0.0.1:1 does not answer');
  });
});
