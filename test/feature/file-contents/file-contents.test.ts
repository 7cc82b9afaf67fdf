import { describe, expect, it } from 'vitest';
import type { ContentBlock } from '../../../src/core/agent-engine.ts';
import { HarnessError } from '../../../src/core/errors.ts';
import { StoredFileContents } from '../../../src/feature/file-contents/file-contents.ts';
import { fakeFiles } from '../../support/fake-files.ts';

const png = Buffer.from('89504e470d0a1a0a00', 'hex');
const named = (type: string, id: string, more: object = {}): ContentBlock => ({
  type,
  source: { type: 'file', file_id: id, field: `the field of ${id}` },
  ...more,
});

function setup() {
  const files = fakeFiles();
  const contents = new StoredFileContents(files);
  const read = (...content: ContentBlock[]) => contents.read(undefined, { content, field: 'content' });
  return { files, contents, read };
}

async function failureOf(promise: Promise<unknown>): Promise<HarnessError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HarnessError)) throw new Error('It did not fail as expected.', { cause: error });
  return error;
}

describe('files that content names', () => {
  it('are images, PDFs and texts in the forms that the API has for them', async () => {
    const { files, read } = setup();
    const image = files.put({ bytes: png, mimeType: 'image/png', filename: 'a.png' });
    const pdf = files.put({ bytes: '%PDF-1.7', mimeType: 'application/pdf', filename: 'a.pdf' });
    const text = files.put({ bytes: '\ufeffGrüße', mimeType: 'text/markdown; charset=utf-8', filename: 'a.md' });
    const cache_control = { type: 'ephemeral' };
    const said = { type: 'text', text: 'Hello' };
    expect(
      await read(
        said,
        named('image', image.id, { cache_control }),
        named('document', pdf.id, { title: 'Mine', citations: { enabled: true } }),
        named('document', text.id),
        named('document', pdf.id),
      ),
    ).toEqual([
      said,
      {
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: png.toString('base64') },
        cache_control,
      },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjc=' },
        title: 'Mine',
        citations: { enabled: true },
      },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' }, title: 'a.md' },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjc=' },
        title: 'a.pdf',
      },
    ]);
  });

  it('become images where they are, though they came as documents', async () => {
    const { files, read } = setup();
    const { id } = files.put({ bytes: png, mimeType: 'image/png' });
    const [block] = await read(named('document', id, { title: 'A', context: 'B', citations: { enabled: true } }));
    expect(block).toEqual({
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: png.toString('base64') },
    });
  });

  it('are found in results of tools, and in documents in pieces', async () => {
    const { files, read } = setup();
    const { id } = files.put({ bytes: png, mimeType: 'image/png' });
    const pieces = { type: 'document', source: { type: 'content', content: [named('image', id)] } };
    const [result, document] = await read(
      { type: 'tool_result', tool_use_id: 'a', content: [named('image', id), pieces] },
      pieces,
    );
    const image = { type: 'image', source: { type: 'base64' } };
    const filled = { type: 'document', source: { type: 'content', content: [image] } };
    expect(result).toMatchObject({ type: 'tool_result', tool_use_id: 'a', content: [image, filled] });
    expect(document).toMatchObject(filled);
  });

  it('are named by where they stand, where they have no field of their own', async () => {
    const { contents } = setup();
    const source = { type: 'file', file_id: 'file_none' };
    const content = [
      { type: 'text', text: 'a' },
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'document', source }] },
    ];
    const { code, facts } = await failureOf(contents.check(undefined, { content, field: 'events.0.content' }));
    expect({ code, facts }).toEqual({
      code: 'FILE_NOT_FOUND',
      facts: { param: 'events.0.content.1.content.0.source.file_id' },
    });
  });

  it('are their owner’s alone', async () => {
    const { files, contents } = setup();
    const { id } = files.put({ bytes: 'Mine', owner: 'somebody' });
    const naming = { content: [named('document', id)], field: 'content' };
    expect(await contents.check('somebody', naming)).toBe(true);
    const failure = await failureOf(contents.check('another', naming));
    expect(failure).toMatchObject({ code: 'FILE_NOT_FOUND', facts: { param: `the field of ${id}` } });
    expect(await failureOf(contents.read('another', naming))).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(files.reads).toEqual([]);
  });

  it('can be left to the API, which has files of its own', async () => {
    const { files, contents } = setup();
    const { id } = files.put({ bytes: 'Mine' });
    const naming = { content: [named('document', 'file_of_the_api'), named('document', id)], field: 'content' };
    expect(await contents.read(undefined, naming, { leavesUnknown: true })).toMatchObject([
      { type: 'document', source: { type: 'file', file_id: 'file_of_the_api' } },
      { type: 'document', source: { type: 'text', data: 'Mine' } },
    ]);
    const [left] = await contents.read(undefined, naming, { leavesUnknown: true });
    expect(left?.['source']).toEqual({ type: 'file', file_id: 'file_of_the_api' });
  });

  it('that are deleted in between name their field', async () => {
    const { files, contents } = setup();
    const { id } = files.put({ bytes: 'Mine' });
    const describeOnce = files.describe.bind(files);
    files.describe = async (...args) => {
      const file = await describeOnce(...args);
      await files.delete(undefined, id);
      return file;
    };
    const failure = await failureOf(contents.read(undefined, { content: [named('document', id)], field: 'content' }));
    expect(failure).toMatchObject({ code: 'FILE_NOT_FOUND', facts: { param: `the field of ${id}` } });
  });

  it('are too much for one request before any is read', async () => {
    const { files, contents, read } = setup();
    const half = files.put({ bytes: png, mimeType: 'image/png', sizeBytes: 12.5 * 1024 ** 2 });
    const large = files.put({ bytes: 'a', sizeBytes: 33 * 1024 ** 2 });
    expect(await contents.check(undefined, { content: [named('image', half.id)], field: '' })).toBe(true);
    const twice = await failureOf(read(named('image', half.id), named('image', half.id)));
    expect(twice).toMatchObject({ code: 'BODY_TOO_LARGE', facts: { param: `the field of ${half.id}` } });
    expect(await failureOf(read(named('document', large.id)))).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect(files.reads).toEqual([]);
  });
});

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('files that the model does not take', () => {
  it.each([
    ['document', docx, 'a', 'convert it to PDF or text'],
    ['document', 'application/msword', 'a', 'convert it to PDF or text'],
    ['document', 'application/rtf', 'a', 'convert it to PDF or text'],
    ['document', 'image/tiff', 'a', 'convert it to JPEG, PNG, GIF or WebP'],
    ['document', 'application/zip', 'a', 'the model takes PDFs, text in UTF-8, and images'],
    ['document', 'video/mp4', 'a', 'the model takes PDFs, text in UTF-8, and images'],
    ['image', 'application/pdf', 'a', 'send it as a document'],
    ['image', 'text/plain', 'a', 'send it as a document'],
    ['document', 'text/plain', '', 'the file is empty'],
    ['document', 'text/plain', ' \n', 'the file is blank'],
    ['document', 'text/plain', Buffer.from([0x47, 0xfc]), 'not in UTF-8'],
  ])('as %s: %s is refused with what to do', async (type, mimeType, bytes, problem) => {
    const { files, read } = setup();
    const { id } = files.put({ bytes, mimeType });
    const { code, message, facts } = await failureOf(read(named(type, id)));
    expect({ code, facts }).toEqual({ code: 'INVALID_REQUEST', facts: { param: `the field of ${id}` } });
    expect(message).toContain(problem);
  });

  it.each(['application/json', 'application/jsonl', 'text/csv', 'application/ld+json', 'image/svg+xml'])(
    'do not include %s',
    async (type) => {
      const { files, read } = setup();
      const { id } = files.put({ bytes: '{}', mimeType: type });
      expect(await read(named('document', id))).toMatchObject([{ source: { type: 'text', data: '{}' } }]);
    },
  );
});
