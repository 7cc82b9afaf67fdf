import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProcessFolders } from '../../src/process/process-folders.ts';
import { temporaryDir } from './fixture.ts';

function folders(workspace = join(temporaryDir(), 'workspace')): { made: ProcessFolders; workspace: string } {
  const made = new ProcessFolders(workspace);
  onTestFinished(() => made.remove());
  return { made, workspace };
}

describe('ProcessFolders', () => {
  it('gives each process the one workspace and a temporary folder of its own', () => {
    const { made, workspace } = folders();
    const [first, second] = [made.prepare(), made.prepare()];
    expect([first.workspace, second.workspace]).toEqual([workspace, workspace]);
    expect(first.tmpDir).not.toBe(second.tmpDir);
    expect(statSync(first.tmpDir).mode & 0o777).toBe(0o700);
  });

  it('makes them again when they were tidied away, the temporary one by a new name', async () => {
    const { made, workspace } = folders();
    const runtimeDir = dirname(made.prepare().tmpDir);
    rmSync(workspace, { recursive: true });
    rmSync(runtimeDir, { recursive: true });

    const { tmpDir } = made.prepare();
    expect(existsSync(workspace)).toBe(true);
    expect(dirname(tmpDir)).not.toBe(runtimeDir);
    await made.remove();
    expect(existsSync(dirname(tmpDir))).toBe(false);
  });

  it('says why they cannot be made', () => {
    const { made, workspace } = folders();
    rmSync(workspace, { recursive: true });
    writeFileSync(workspace, 'in its place');
    expect(() => made.prepare()).toThrow(
      expect.objectContaining({ code: 'CLI_FAILED', message: expect.stringContaining('EEXIST') as string }) as Error,
    );
    rmSync(workspace);
    mkdirSync(workspace);
    expect(made.prepare().workspace).toBe(workspace);
  });
});
