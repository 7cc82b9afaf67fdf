import { chmodSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { StoredFile } from '../../../src/core/files.ts';
import type { StoredFiles, StoredFilesOptions } from '../../../src/feature/files/stored-files.ts';
import { draft, pieces } from './content.ts';
import { filesBelow, temporaryFolder } from './files-at.ts';

const list = { limit: 20, order: 'desc' } as const;

function contentsBelow(folder: string): string[] {
  return filesBelow(join(folder, 'files')).filter((path) => !path.startsWith('incoming/'));
}

async function textOf(files: StoredFiles, id: string, range?: { first: number; last: number }): Promise<string> {
  const { content } = await files.read('me', id, range);
  return text(content);
}

/** Files as a service has them, with their contents below a folder. */
export type FilesAt = (
  folder: string,
  changes?: Partial<StoredFilesOptions>,
) => { files: StoredFiles } | Promise<{ files: StoredFiles }>;

/** What holds in every kind of shared state. */
export function describeStoredFiles(filesAt: FilesAt): void {
  describe('the files of clients', () => {
    it('a file is kept as it came', async () => {
      const { files } = await filesAt(temporaryFolder(), { now: () => 5000 });
      const file = await files.add('me', { ...draft, claimedType: 'text/csv' }, pieces('a,b\n', '1,2\n'));
      expect(file).toEqual({
        id: expect.stringMatching(/^file_[0-9a-f]{32}$/) as string,
        filename: 'a.txt',
        mimeType: 'text/csv',
        sizeBytes: 8,
        sha256: '492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470',
        createdAt: 5000,
        expiresAt: 6000,
        purpose: 'user_data',
      } satisfies StoredFile);
      expect(await files.describe('me', file.id)).toEqual(file);
      expect(await textOf(files, file.id)).toBe('a,b\n1,2\n');
      expect(await textOf(files, file.id, { first: 2, last: 4 })).toBe('b\n1');
    });

    it('only the user of the service can read what is kept', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      await files.add('me', draft, pieces('a'));
      const [path = ''] = contentsBelow(folder);
      expect(statSync(join(folder, 'files', path)).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'files')).mode & 0o777).toBe(0o700);
    });

    it('is of no other client', async () => {
      const { files } = await filesAt(temporaryFolder());
      const { id } = await files.add('me', draft, pieces('a'));
      const notFound = { code: 'FILE_NOT_FOUND', facts: { param: 'messages[0]' } };
      await expect(files.describe('other', id, 'messages[0]')).rejects.toMatchObject(notFound);
      await expect(files.read(undefined, id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      await expect(files.delete('other', id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(await files.list('other', list)).toEqual({ data: [], hasMore: false });
      expect(await textOf(files, id)).toBe('a');
    });

    it('equal content is kept once, until the last file that has it is deleted', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      const first = await files.add('me', draft, pieces('same'));
      const second = await files.add('other', draft, pieces('sa', 'me'));
      expect(contentsBelow(folder)).toHaveLength(1);
      await files.delete('me', first.id);
      expect(contentsBelow(folder)).toHaveLength(1);
      await files.delete('other', second.id);
      expect(contentsBelow(folder)).toEqual([]);
    });

    it('heals a content that somebody has removed when it comes again', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      const { id } = await files.add('me', draft, pieces('same'));
      rmSync(join(folder, 'files', contentsBelow(folder)[0] ?? ''));
      await expect(textOf(files, id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      await files.add('me', draft, pieces('same'));
      expect(await textOf(files, id)).toBe('same');
    });

    it('leaves nothing of a file that does not come to its end', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      async function* broken() {
        yield await Promise.resolve(Buffer.from('a'));
        throw new Error('cut off');
      }
      await expect(files.add('me', draft, broken())).rejects.toThrow('cut off');
      const refusing = () => {
        throw new Error('refused at the end');
      };
      await expect(files.add('me', refusing, pieces('a'))).rejects.toThrow('refused at the end');
      expect(filesBelow(join(folder, 'files'))).toEqual([expect.stringMatching(/^incoming\/\w+\.lock$/)]);
      expect(await files.list('me', list)).toEqual({ data: [], hasMore: false });
    });

    it.each(['../a.txt', 'a/../../b', '..\\a', '..', '', '.', ' ', 'a/', 'a\nb', 'a\0', '\ud800', 'x'.repeat(501)])(
      'refuses the name %j and leaves nothing',
      async (filename) => {
        const folder = temporaryFolder();
        const { files } = await filesAt(folder);
        const adding = files.add('me', { ...draft, filename }, pieces('a'));
        await expect(adding).rejects.toMatchObject({ code: 'INVALID_REQUEST', facts: { param: 'file' } });
        expect(contentsBelow(folder)).toEqual([]);
      },
    );

    it.each([
      ['folder/a.txt', 'a.txt'],
      ['C:\\folder\\a.txt', 'a.txt'],
      ['Größe 1.txt', 'Größe 1.txt'],
      ['x'.repeat(500), 'x'.repeat(500)],
      ['..a', '..a'],
    ])('keeps the last part of the name %j', async (filename, kept) => {
      const { files } = await filesAt(temporaryFolder());
      expect(await files.add('me', { ...draft, filename }, pieces('a'))).toMatchObject({ filename: kept });
    });

    it('is not found once it has expired', async () => {
      let now = 0;
      const { files } = await filesAt(temporaryFolder(), { now: () => now });
      const usual = await files.add('me', draft, pieces('a'));
      const own = await files.add('me', { ...draft, keepMs: 2000 }, pieces('a'));
      now = 1000;
      await expect(files.describe('me', usual.id)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect((await files.list('me', list)).data).toEqual([own]);
    });

    it('is kept for good where the configuration says so', async () => {
      const { files } = await filesAt(temporaryFolder(), { keepMs: 0 });
      expect(await files.add('me', draft, pieces('a'))).not.toHaveProperty('expiresAt');
    });

    it('says what is missing where the contents are', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      await files.add('me', draft, pieces('a'));
      rmSync(join(folder, 'files'), { recursive: true });
      await expect(files.add('me', draft, pieces('b'))).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringContaining(`${folder}/files`) as string,
      });
    });

    it('a folder that cannot be written to leaves no row', async () => {
      const folder = temporaryFolder();
      const { files } = await filesAt(folder);
      const { id } = await files.add('me', draft, pieces('a'));
      const contents = join(folder, 'files', contentsBelow(folder)[0]?.split('/')[0] ?? '');
      chmodSync(contents, 0o500);
      const isRoot = process.getuid?.() === 0;
      const adding = files.add('me', draft, pieces('b'));
      if (isRoot) await adding;
      else await expect(adding).rejects.toMatchObject({ code: 'EACCES' });
      chmodSync(contents, 0o700);
      expect((await files.list('me', list)).data.map((file) => file.id)).toContain(id);
    });
  });

  describe('lists', () => {
    async function fiveFiles() {
      let now = 0;
      const { files } = await filesAt(temporaryFolder(), { now: () => now, keepMs: 0 });
      const ids: string[] = [];
      for (now = 1; now <= 5; now++) {
        const purpose = now === 3 ? 'batch' : 'user_data';
        ids.push((await files.add('me', { ...draft, purpose }, pieces(String(now)))).id);
      }
      const of = async (query: Partial<Parameters<StoredFiles['list']>[1]>) => {
        const { data, hasMore } = await files.list('me', { ...list, limit: 2, ...query });
        return { numbers: data.map((file) => ids.indexOf(file.id) + 1), hasMore };
      };
      return { files, ids, of };
    }

    it('are newest first, and go on after or before a file', async () => {
      const { ids, of } = await fiveFiles();
      const id = (number: number): string => ids[number - 1] ?? '';
      expect(await of({})).toEqual({ numbers: [5, 4], hasMore: true });
      expect(await of({ after: id(4) })).toEqual({ numbers: [3, 2], hasMore: true });
      expect(await of({ after: id(2) })).toEqual({ numbers: [1], hasMore: false });
      expect(await of({ before: id(2) })).toEqual({ numbers: [4, 3], hasMore: true });
      expect(await of({ before: id(4) })).toEqual({ numbers: [5], hasMore: false });
      expect(await of({ order: 'asc' })).toEqual({ numbers: [1, 2], hasMore: true });
      expect(await of({ order: 'asc', after: id(4) })).toEqual({ numbers: [5], hasMore: false });
      expect(await of({ purpose: 'batch' })).toEqual({ numbers: [3], hasMore: false });
      expect(await of({ ids: [id(1), id(5), 'file_none'] })).toEqual({ numbers: [5, 1], hasMore: false });
      expect(await of({ ids: [] })).toEqual({ numbers: [], hasMore: false });
    });

    it('go on after a file that was deleted meanwhile', async () => {
      const { files, ids, of } = await fiveFiles();
      await files.delete('me', ids[3] ?? '');
      expect(await of({ after: ids[3] ?? '' })).toEqual({ numbers: [3, 2], hasMore: true });
    });

    it('do not go on after what is no id', async () => {
      const { of } = await fiveFiles();
      await expect(of({ after: 'nonsense' })).rejects.toMatchObject({
        code: 'FILE_NOT_FOUND',
        facts: { param: 'after' },
      });
    });
  });
}
