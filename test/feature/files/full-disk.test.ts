import fsPromises from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { HarnessError } from '../../../src/core/errors.ts';
import { failingCall, systemError } from '../../support/failing-call.ts';
import { draft, pieces } from './content.ts';
import { filesAt, filesBelow, temporaryFolder } from './files-at.ts';

const handle = await fsPromises.open(process.execPath);
const fileHandle = Object.getPrototypeOf(handle) as Record<'writeFile' | 'datasync', () => Promise<void>>;
await handle.close();

function failingMethod(name: 'writeFile' | 'datasync', code: string): void {
  const spy = vi.spyOn(fileHandle, name).mockRejectedValue(systemError(name, code));
  onTestFinished(() => {
    spy.mockRestore();
  });
}

const inContents = /files\/(?!incoming)/;

const steps: [string, (code: string) => void][] = [
  [
    'its folder is created',
    (code) => {
      failingCall('mkdirSync', code, /incoming/);
    },
  ],
  [
    'it is locked',
    (code) => {
      failingCall('openSync', code, /\.lock/);
    },
  ],
  [
    'it is written',
    (code) => {
      failingMethod('writeFile', code);
    },
  ],
  [
    'it is put on the disk',
    (code) => {
      failingMethod('datasync', code);
    },
  ],
  [
    'the folder of its place is created',
    (code) => {
      failingCall('mkdirSync', code, inContents);
    },
  ],
  [
    'it is moved to its place',
    (code) => {
      failingCall('renameSync', code, inContents);
    },
  ],
];

async function failureOf(fail: () => void) {
  const folder = temporaryFolder();
  const { files, stateFile, log } = filesAt(folder);
  fail();
  const error = await files.add('me', draft, pieces('hello')).catch((reason: unknown) => reason as HarnessError);
  const left = filesBelow(join(folder, 'files')).filter((path) => !path.endsWith('.lock'));
  const { data } = await files.list('me', { limit: 9, order: 'desc' });
  // The state file is as well as before.
  stateFile.write(() => undefined);
  return { error, left, data, lines: log.lines, folder };
}

it.each(steps)('a disk that is full when %s is the reason that is given, and nothing is left', async (_step, fail) => {
  for (const code of ['ENOSPC', 'EDQUOT']) {
    const { error, left, data, lines } = await failureOf(() => {
      fail(code);
    });
    expect(error).toMatchObject({ code: 'FILES_FULL', facts: { param: 'file' } });
    expect(error).toHaveProperty('message', expect.stringMatching(/^The disk on which files are kept is full;/));
    expect({ left, data, lines }).toEqual({ left: [], data: [], lines: [] });
    vi.restoreAllMocks();
  }
});

it.each(steps)('a folder that cannot be written to when %s is named, and nothing is left', async (_step, fail) => {
  const { error, left, data, lines, folder } = await failureOf(() => {
    fail('EACCES');
  });
  expect(error).toMatchObject({
    code: 'INTERNAL',
    message: expect.stringContaining(`${folder}/files can't be used`) as string,
  });
  expect({ left, data, lines }).toEqual({ left: [], data: [], lines: [] });
});
