import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorLogIn, readErrorLog } from '../../src/process/error-log.ts';
import { temporaryDir } from './fixture.ts';

const at = (second: number) => `2026-11-29T02:16:${String(second).padStart(2, '0')}.000Z`;
const since = (second: number) => Date.parse(at(second));
const body = (message: string) =>
  JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'req_1' });

function logOf(...lines: string[]): string {
  const path = errorLogIn(temporaryDir());
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

describe('readErrorLog', () => {
  it("gives the API's status and sentence of requests and of counts", async () => {
    const path = logOf(
      `${at(1)} [ERROR] Failed to save config with lock: Error: ENOENT: no such file or directory`,
      `${at(2)} [ERROR] API error (attempt 1/3): 400 400 ${body('Could not process image')}`,
      `${at(2)} [ERROR] Error in API request: 400 ${body('Could not process image')}`,
      `${at(3)} [ERROR] countTokens API call failed: 429 ${body('a "quoted" word\nand a line')}`,
    );
    expect(await readErrorLog(path, since(0))).toEqual([
      { request: 'message', status: 400, sentence: 'Could not process image' },
      { request: 'count', status: 429, sentence: 'a "quoted" word\nand a line' },
    ]);
  });

  it('gives failures without an answer, and answers that are not the API’s', async () => {
    const path = logOf(
      `${at(1)} [ERROR] API error (attempt 1/1): undefined Connection error.`,
      `${at(2)} [ERROR] countTokens API call failed: Connection error.`,
      String.raw`${at(3)} [ERROR] "countTokens API call failed: 502 <html>\n<body>bad gateway</body></html>"`,
    );
    expect(await readErrorLog(path, since(0))).toMatchObject([
      { request: 'message', sentence: 'Connection error.' },
      { request: 'count', sentence: 'Connection error.' },
      { request: 'count', status: 502 },
    ]);
  });

  it('leaves out what is older', async () => {
    const path = logOf(
      `${at(1)} [ERROR] API error (attempt 1/1): 400 400 ${body('of the turn before')}`,
      `${at(5)} [ERROR] API error (attempt 1/1): 400 400 ${body('of this turn')}`,
    );
    expect(await readErrorLog(path, since(5))).toMatchObject([{ sentence: 'of this turn' }]);
  });

  it('reads the end of a log that has grown long', async () => {
    const path = logOf('x'.repeat(3 * 1024 * 1024));
    appendFileSync(path, `${at(1)} [ERROR] API error (attempt 1/1): 400 400 ${body('the last')}\n`);
    expect(await readErrorLog(path, since(0))).toMatchObject([{ sentence: 'the last' }]);
  });

  it('gives nothing where there is no log', async () => {
    expect(await readErrorLog(errorLogIn(temporaryDir()), 0)).toEqual([]);
  });
});
