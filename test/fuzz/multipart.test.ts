import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StoredFiles } from '../../src/feature/files/stored-files.ts';
import { SqliteState } from '../../src/state/sqlite-state.ts';
import { StateFile } from '../../src/state/state-file.ts';
import { newId } from '../../src/util/new-id.ts';
import { filesBelow } from '../feature/files/files-at.ts';
import { memoryLog } from '../support/memory-log.ts';
import { startFuzzedService, type FuzzedService } from './fuzzed-service.ts';

/** As of the other fuzz tests. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 5000);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const batch = 250;

let folder: string;
let stateFile: StateFile;
let files: StoredFiles;
let service: FuzzedService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harness-multipart-'));
  const log = memoryLog();
  stateFile = new StateFile({ path: join(folder, 'state.db'), log, now: Date.now });
  files = new StoredFiles({
    ...{ state: new SqliteState(stateFile), path: join(folder, 'files'), log, now: Date.now, newId },
    ...{ maxBytes: 20_000, maxTotal: 2 ** 40, maxPerClient: 2 ** 40, keepMs: 0 },
  });
  service = await startFuzzedService({ files });
});

afterAll(async () => {
  await service.stop();
  files.close();
  stateFile.close();
  rmSync(folder, { recursive: true });
});

const boundary = fc.constantFrom('x', 'b'.repeat(70), '----WebKitFormBoundary0', "a'b+c");
const lineEnd = fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '');
const name = fc.oneof(
  fc.constantFrom('file', 'file', 'purpose', 'expires_after[seconds]', 'expires_in_seconds', '__proto__', ''),
  fc.string({ maxLength: 20 }),
);
const filename = fc.option(
  fc.oneof(
    fc.constantFrom('a.txt', '../../etc/passwd', '/etc/passwd', 'C:\\a', '..', 'a\0b', '', '\u202e.pdf'),
    fc.string({ unit: 'binary', maxLength: 600 }),
  ),
);
const value = fc.oneof(
  fc.constantFrom('user_data', 'batch', '3600', '-1', '', '\r\n--x', '\r\n--x--\r\n'),
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.integer({ min: 15_000, max: 25_000 }).map((length) => 'y'.repeat(length)),
);
const header = fc.oneof(
  fc.constantFrom('content-type: image/png', 'content-type: ;', 'content-transfer-encoding: base64', ': ', 'x'),
  fc.string({ maxLength: 50 }).map((text) => `x-odd: ${text}`),
);
const part = fc.record({ name, filename, value, headers: fc.array(header, { maxLength: 3 }), end: lineEnd });
const damage = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(40), put: fc.string() });

const form = fc
  .record({
    boundary,
    parts: fc.array(part, { maxLength: 5 }),
    isClosed: fc.boolean(),
    damage: fc.option(damage),
    isAnthropic: fc.boolean(),
  })
  .map(({ boundary: mark, parts, isClosed, damage: hurt, isAnthropic }) => {
    const written = parts.map((one) => {
      const file = one.filename === null ? '' : `; filename="${one.filename}"`;
      const first = `content-disposition: form-data; name="${one.name}"${file}`;
      return [`--${mark}`, first, ...one.headers, '', one.value].join(one.end) + one.end;
    });
    const whole = written.join('') + (isClosed ? `--${mark}--\r\n` : '');
    if (hurt === null) return { mark, body: whole, isAnthropic };
    const place = Math.floor(hurt.at * whole.length);
    return { mark, body: whole.slice(0, place) + hurt.put + whole.slice(place + hurt.removed), isAnthropic };
  });

it(`of ${runs} odd forms each is kept or refused, and nothing is left of those that were refused`, async () => {
  const forms = fc.sample(form, { numRuns: runs, seed });
  let kept = 0;
  for (let start = 0; start < forms.length; start += batch) {
    const answers = await Promise.all(
      forms.slice(start, start + batch).map(async ({ mark, body, isAnthropic }, index) => {
        const answer = await service.post('/v1/files', body, {
          'content-type': `multipart/form-data; boundary="${mark}"`,
          ...(isAnthropic && { 'anthropic-version': '2023-06-01' }),
        });
        expect([200, 400, 413, 415], `form ${start + index} of seed ${seed}: ${answer.text}`).toContain(answer.status);
        const parsed = JSON.parse(answer.text) as { id?: string; error?: object };
        if (answer.status !== 200) expect(parsed).toHaveProperty('error');
        return answer.status === 200 ? parsed.id : undefined;
      }),
    );
    const ids = answers.filter((id) => id !== undefined);
    kept += ids.length;
    for (const id of ids) await files.delete(undefined, id);
    const left = filesBelow(join(folder, 'files')).filter((path) => !path.endsWith('.lock'));
    expect(left, `forms ${start} to ${start + batch} of seed ${seed}`).toEqual([]);
  }
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(runs);
  expect(service.uncaught).toEqual([]);
  expect((await files.list(undefined, { limit: 1, order: 'asc' })).data).toEqual([]);
}, 600_000);
