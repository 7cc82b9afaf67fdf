import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRouterFile } from '../../../src/command/register/read-file.ts';
import { createFolder, writeRouterFile } from './register-folder.ts';

describe('a file is not read', () => {
  it.each([
    ['when it is not there', () => join(createFolder(), 'none.yaml'), 'there is no such file: check --file'],
    ['below a file', () => join(writeRouterFile(), 'x'), 'there is no such file: check --file'],
    ['when it is a folder', () => createFolder(), 'it is a directory: name the file in it'],
    ['when it is a device', () => '/dev/null', 'it is not a regular file'],
    ['when it is not text', () => writeRouterFile(Buffer.from([0x61, 0xff])), 'it is not UTF-8 text'],
    ['when it is UTF-16', () => writeRouterFile(Buffer.from('\uFEFFa: 1', 'utf16le')), 'it is not UTF-8 text'],
    ['when it is nested without end', () => writeRouterFile(`a: ${'['.repeat(5000)}`), 'line 1 is nested too deeply'],
    ['when it is too large', () => writeRouterFile(Buffer.alloc(4 * 1024 * 1024 + 1, '#')), 'it is larger than 4 MB'],
  ])('%s', (_, make, message) => {
    expect(() => readRouterFile(make())).toThrow(message);
  });

  it('when its link leads nowhere, or in a circle', () => {
    const folder = createFolder();
    symlinkSync('nowhere', join(folder, 'a'));
    symlinkSync('b', join(folder, 'b'));
    expect(() => readRouterFile(join(folder, 'a'))).toThrow('there is no such file');
    expect(() => readRouterFile(join(folder, 'b'))).toThrow('a link that leads to itself');
  });

  it('whatever it is called, its name is safe to print', () => {
    const folder = createFolder();
    mkdirSync(join(folder, 'a\nb'));
    expect(() => readRouterFile(join(folder, 'a\nb'))).toThrow(/^".*a\\nb": it is a directory/);
  });
});
