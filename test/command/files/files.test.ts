import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { getFile, putFile } from '../../../src/command/files/files.ts';
import { listen, testApp } from '../../http/test-app.ts';
import { memoryFiles } from '../../support/memory-files.ts';

it('shows how much of a file has been sent, and received, which takes its time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-command-'));
  const service = await listen(testApp(undefined, { files: memoryFiles() }).app);
  onTestFinished(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'x'.repeat(2048));
  const seen = { printed: '', shown: '' };
  let ticks = 0;
  const surroundings = {
    print: (text: string) => void (seen.printed += text),
    progress: { write: (text: string) => void (seen.shown += text), isTerminal: true, ticks: () => (ticks += 2000) },
  };

  expect(await putFile(service, file, 'user_data', surroundings)).toBe(0);
  expect(seen.printed).toMatch(/^file-\w+\n$/);
  expect(seen.shown).toBe(`\r\u001B[K[${'#'.repeat(30)}] sent: 100% of 2KB\r\u001B[K`);

  seen.shown = '';
  const copy = join(folder, 'copy.txt');
  expect(await getFile(service, seen.printed.trim(), copy, surroundings)).toBe(0);
  expect(readFileSync(copy, 'utf8')).toBe('x'.repeat(2048));
  expect(seen.shown).toBe(`\r\u001B[K[${'#'.repeat(30)}] received: 100% of 2KB\r\u001B[K`);
});
