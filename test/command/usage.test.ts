import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { usageCommand, type UsageOptions } from '../../src/command/usage.ts';
import type { RunningService } from '../../src/command/running-service.ts';

const sums = {
  requests: 1200,
  failed: 2,
  tokens_input: 1_234_567,
  tokens_output: 10,
  cache_read_tokens: 20,
  cache_write_5m_tokens: 3,
  cache_write_1h_tokens: 4,
  cost_usd: 1.239,
  unpriced_requests: 0,
};
const prices = { as_of: '2026-01-31', note: 'No bill.' };
const report = { prices, data: [{ client: 'desk', ...sums }], total: sums };

/** A service that gives `body`, and what it was asked. */
async function answering(body: unknown, status = 200, buckets: object[] = []) {
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer(({ url, headers: { authorization } }, res) => {
    if (url !== '/v1/usage/quota') asked.push({ url, authorization });
    const answer = url === '/v1/usage/quota' ? { buckets } : body;
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function printed(service: RunningService, options: Partial<UsageOptions> = {}) {
  let text = '';
  let warning = '';
  const exitCode = await usageCommand(
    service,
    { by: 'client', format: 'table', ...options },
    (more) => {
      text += more;
    },
    (more) => {
      warning += more;
    },
  );
  return { exitCode, text, warning };
}

describe('usage', () => {
  it('asks the service, with its token', async () => {
    const { url, asked } = await answering(report);
    await printed({ url, token: 'right' }, { by: 'model', since: '2026-01-31T00:00:00+01:00' });
    const path = '/v1/usage?by=model&since=2026-01-31T00%3A00%3A00%2B01%3A00';
    expect(asked).toEqual([{ url: path, authorization: 'Bearer right' }]);
  });

  it('shows a table with a total, and what its cost is', async () => {
    const { exitCode, text } = await printed(await answering(report));
    expect(exitCode).toBe(0);
    expect(text).toBe(
      [
        'client  requests  failed      input  output  cache read  cache written  API cost USD',
        'desk       1,200       2  1,234,567      10          20              7          1.24',
        'total      1,200       2  1,234,567      10          20              7          1.24',
        '',
        'No bill. Prices of 2026-01-31.',
        '',
      ].join('\n'),
    );
  });

  it('begins with the plan', async () => {
    const forecast = { runs_out_at: '2026-01-31T10:00:00.000Z' };
    const { text } = await printed(
      await answering(report, 200, [
        { type: 'five_hour', status: 'allowed', utilization: 0.425, resets_at: '2026-01-31T12:00:00.000Z', forecast },
        { type: 'seven_day', status: 'allowed_warning', utilization: null, resets_at: null, forecast: null },
      ]),
    );
    const time = '\\d{4}-\\d\\d-\\d\\d \\d\\d:00';
    expect(text).toMatch(
      new RegExp(
        `^five_hour   43% used, resets ${time}; at this pace it runs out ${time}\nseven_day   allowed warning\n\nclient `,
      ),
    );
  });

  it('says what is not in the cost, and where the block leads', async () => {
    const total = { ...sums, unpriced_requests: 3 };
    const block = { start: '2026-01-31T12:00:00.000Z', ...sums, projection: { cost_usd: 4.5 } };
    const { text } = await printed(await answering({ prices, data: [block], total }), { by: 'block' });
    expect(text).toContain('At this rate the last block ends at 4.50 USD.\n');
    expect(text).toContain('3 requests have no known price and are not in the cost.\n');
  });

  it('shows nothing of a name that could act on the terminal', async () => {
    const { text } = await printed(await answering({ ...report, data: [{ client: 'a\u001B[2Jb', ...sums }] }));
    expect(text).not.toContain('\u001B');
  });

  it('says that nothing was used', async () => {
    const { exitCode, text } = await printed(await answering({ ...report, data: [] }));
    expect([exitCode, text]).toEqual([0, 'Nothing was used in this time.\n']);
  });

  it.each(['table', 'csv'] as const)('says beside a %s that it is of one machine alone', async (format) => {
    const incomplete = 'The database can’t be used.';
    const whole = await printed(await answering(report), { format });
    const part = await printed(await answering({ ...report, incomplete }), { format });
    expect(part).toEqual({ ...whole, warning: `${incomplete}\n` });
    expect(whole.warning).toBe('');
  });

  it('prints exact figures for programs, in which nothing becomes a formula', async () => {
    const data = ['a "b", c', '=1+1'].map((client) => ({ client, ...sums }));
    const { text } = await printed(await answering({ ...report, data }), { format: 'csv' });
    expect(text.split('\n')).toEqual([
      'client,requests,failed,tokens_input,tokens_output,cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,cost_usd,unpriced_requests',
      '"a ""b"", c",1200,2,1234567,10,20,3,4,1.239,0',
      "'=1+1,1200,2,1234567,10,20,3,4,1.239,0",
      '',
    ]);
  });

  it('prints the whole answer as it came', async () => {
    const { text } = await printed(await answering({ ...report, more: [1] }), { format: 'json' });
    expect(JSON.parse(text)).toEqual({ ...report, more: [1] });
  });

  it.each([
    ['what the service says against it', { error: { message: 'This token may not.' } }, 403, 'This token may not.\n'],
    ['the status of an answer that says nothing', 'x', 502, 'The service answered 502.\n'],
  ])('shows %s, and exits with 1', async (_, body, status, expected) => {
    expect(await printed(await answering(body, status))).toEqual({ exitCode: 1, text: expected, warning: '' });
  });

  it('says which address does not answer', async () => {
    const { exitCode, text } = await printed({ url: 'http://127.0.0.1:1' });
    expect(exitCode).toBe(1);
    expect(text).toContain('http://127.0.0.1:1 does not answer');
  });
});
