import { DatabaseSync } from '@photostructure/sqlite';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectStateFile } from '../../src/state/inspect.ts';
import { migrations } from '../../src/state/migrations.ts';
import { temporaryDir } from '../process/fixture.ts';
import { lockFile } from './lock-file.ts';
import { asOrdinaryUser, makeReadOnly } from './read-only.ts';
import { openState, processEnds, statePath } from './open-state.ts';

async function madeFile(version?: number): Promise<string> {
  const { path, file } = openState();
  file.read((database) => (version === undefined ? undefined : database.pragma(`user_version = ${version}`)));
  file.close();
  await processEnds();
  return path;
}

describe('inspectStateFile', () => {
  it('makes nothing where there is nothing', () => {
    const path = statePath();
    expect(inspectStateFile(path)).toEqual({ state: 'absent' });
    expect(readdirSync(dirname(dirname(path)))).toEqual([]);
  });

  it('reports the version, beside a service or without one, and leaves the file as it is', async () => {
    const path = await madeFile();
    const before = readFileSync(path);
    expect(inspectStateFile(path)).toEqual({ state: 'usable', version: migrations.length });
    expect(readFileSync(path).equals(before)).toBe(true);
    await processEnds();
    expect(readdirSync(dirname(path))).toEqual(['state.db']);
    const service = openState({ path });
    service.file.read(() => undefined);
    expect(inspectStateFile(path)).toEqual({ state: 'usable', version: migrations.length });
  });

  it('does not bring an old file up', async () => {
    const path = await madeFile(0);
    expect(inspectStateFile(path)).toEqual({ state: 'usable', version: 0 });
    expect(inspectStateFile(path)).toEqual({ state: 'usable', version: 0 });
  });

  it('does not change how a file is written', () => {
    const path = join(temporaryDir(), 'state.db');
    const elsewhere = new DatabaseSync(path);
    elsewhere.exec('CREATE TABLE made_elsewhere (x)');
    elsewhere.close();
    const before = readFileSync(path);
    expect(inspectStateFile(path)).toEqual({ state: 'usable', version: 0 });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says what to do about a newer one', async () => {
    const path = await madeFile(1000);
    expect(inspectStateFile(path)).toEqual({
      state: 'unusable',
      problem: `${path} can't be used: a newer version of the harness has written it; update the harness, move the file away, or set state.path`,
    });
  });

  it('says what happens to a damaged one, and leaves it', async () => {
    const path = statePath();
    mkdirSync(dirname(path));
    writeFileSync(path, 'no database '.repeat(1000));
    expect(inspectStateFile(path)).toEqual({
      state: 'unusable',
      problem: `${path} can't be used: it is damaged; at its next use the service moves it aside and creates a new one`,
    });
    await processEnds();
    expect(readdirSync(dirname(path))).toEqual(['state.db']);
  });

  it('says what to do about one that this user can only read', async () => {
    const path = await madeFile();
    makeReadOnly(path);
    expect(asOrdinaryUser(() => inspectStateFile(path))).toMatchObject({
      problem: expect.stringContaining("can't be written") as string,
    });
  });

  it('says what to do about a lock, and about a directory', async () => {
    const path = await madeFile();
    await lockFile(path);
    expect(inspectStateFile(path)).toMatchObject({ problem: expect.stringContaining('another program') as string });
    expect(inspectStateFile(dirname(path))).toMatchObject({
      problem: expect.stringContaining('make sure that it is a file') as string,
    });
  });
});
