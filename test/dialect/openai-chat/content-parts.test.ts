import { describe, expect, it } from 'vitest';
import { chatBody, readMessages, refusalOf } from './read-chat.ts';

const image = (url: string) => ({ type: 'image_url', image_url: { url } });
const file = (fields: Record<string, unknown>) => ({ type: 'file', file: fields });
const blocksOf = (...parts: unknown[]) => readMessages({ role: 'user', content: parts }).messages[0]?.content;
const refusePart = (part: unknown) => refusalOf(chatBody({ role: 'user', content: [part] }));

describe('content parts of a user message', () => {
  it('keeps text parts as blocks of their own, byte for byte', () => {
    const texts = [' a\r\n', '\u{1F600}\u0000', '@/etc/passwd', '/usage'];
    expect(blocksOf(...texts.map((text) => ({ type: 'text', text })))).toEqual(
      texts.map((text) => ({ type: 'text', text })),
    );
  });

  it('leaves blank text parts out', () => {
    expect(
      blocksOf({ type: 'text', text: '' }, { type: 'text', text: 'a' }, { type: 'text', text: ' \n\t\u00a0' }),
    ).toEqual([{ type: 'text', text: 'a' }]);
  });

  it.each([
    ['data:image/png;base64,iVBORw==', 'image/png', 'iVBORw=='],
    ['DATA:IMAGE/PNG;BASE64,iVBORw==', 'image/png', 'iVBORw=='],
    ['data:image/jpeg;charset=utf-8;base64,/9j/', 'image/jpeg', '/9j/'],
    ['data:image/jpg;base64,/9j/', 'image/jpeg', '/9j/'],
    ['data:image/gif;base64,R0lG\r\nODlh', 'image/gif', 'R0lGODlh'],
    ['data:image/webp;base64,UklGRhoAAABXRUJQ', 'image/webp', 'UklGRhoAAABXRUJQ'],
    // By its data, whatever the label says.
    ['data:image/png;base64,/9j/', 'image/jpeg', '/9j/'],
    ['data:image/bmp;base64,R0lGODlh', 'image/gif', 'R0lGODlh'],
    ['data:;base64,iVBORw==', 'image/png', 'iVBORw=='],
  ])('reads the image %s', (url, media_type, data) => {
    expect(blocksOf(image(url))).toEqual([{ type: 'image', source: { type: 'base64', media_type, data } }]);
  });

  it.each(['https://example.org/cat.png', 'HTTP://example.org/cat.png?x=1'])('passes the URL %s on', (url) => {
    expect(blocksOf(image(url))).toEqual([{ type: 'image', source: { type: 'url', url } }]);
  });

  it.each([
    ['file:///etc/passwd', 'http(s) URL'],
    ['/etc/passwd', 'http(s) URL'],
    ['https://', 'http(s) URL'],
    ['', 'http(s) URL'],
    ['data:image/png,iVBORw==', 'base64'],
    ['data:image/png;base64', 'base64'],
    ['data:image/png;base64,PHN2Zz4=', 'JPEG, PNG, GIF or WebP'],
    ['data:image/webp;base64,UklGRg==', 'JPEG, PNG, GIF or WebP'],
    ['data:image/png;base64,', 'valid base64'],
    ['data:image/png;base64,====', 'valid base64'],
    ['data:image/png;base64,iVBO*w==', 'valid base64'],
    ['data:image/png;base64,iVBO-_w=', 'valid base64'],
    ['data:image/png;base64,iVBOR', 'valid base64'],
  ])('refuses the image %j', (url, reason) => {
    const refusal = refusePart(image(url));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param: 'messages[0].content[0].image_url.url' });
    expect(refusal.message).toContain(reason);
  });

  it('reads an image of tens of megabytes', () => {
    const data = `iVBORw${'A'.repeat(23_999_994)}`;
    const [block] = blocksOf(image(`data:image/png;base64,${data}`)) ?? [];
    expect(block?.type === 'image' && block.source.type === 'base64' && block.source.data === data).toBe(true);
  });

  it.each([
    [{ file_data: 'data:application/pdf;base64,JVBERi0=', filename: 'a.pdf' }, { title: 'a.pdf' }],
    [{ file_data: 'data:application/pdf;base64,JVBERi0=' }, {}],
    [{ file_data: 'data:application/pdf;base64,JVBERi0=', filename: null, file_id: null }, {}],
    [{ file_data: 'JVBERi0=', filename: 'Scan.PDF' }, { title: 'Scan.PDF' }],
  ])('reads the file %j', (fields, title) => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' };
    expect(blocksOf(file(fields))).toEqual([{ type: 'document', source, ...title }]);
  });

  it.each([
    [{ file_id: 'file-1' }, {}],
    [{ file_id: 'file-1', filename: 'a.pdf', file_data: null }, { title: 'a.pdf' }],
  ])('leaves the uploaded file %j to be read later', (fields, title) => {
    const source = { type: 'file', file_id: 'file-1', field: 'messages[0].content[0].file.file_id' };
    expect(blocksOf(file(fields))).toEqual([{ type: 'document', source, ...title }]);
  });

  it.each([
    [{ file_id: 1 }, 'file_id', 'must be a string'],
    [{}, 'file_data', 'is missing'],
    [{ file_data: 'JVBERi0=' }, 'file_data', 'must be a PDF'],
    [{ file_data: 'JVBERi0=', filename: 'a.docx' }, 'file_data', 'must be a PDF'],
    [{ file_data: 'data:text/plain;base64,YQ==', filename: 'a.pdf' }, 'file_data', 'must be a PDF'],
    [{ file_data: '%PDF-1.7', filename: 'a.pdf' }, 'file_data', 'valid base64'],
    [{ file_data: 1 }, 'file_data', 'must be a string'],
  ])('refuses the file %j', (fields, name, reason) => {
    const refusal = refusePart(file(fields));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', param: `messages[0].content[0].file.${name}` });
    expect(refusal.message).toContain(reason);
  });

  it('says what to do about audio', () => {
    expect(refusePart({ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } })).toEqual({
      code: 'INVALID_REQUEST',
      param: 'messages[0].content[0].type',
      message:
        'messages[0].content[0].type is input_audio, but Claude cannot process audio; send a transcript as text.',
    });
  });

  it('never quotes the prompt in an error', () => {
    const secret = 'the-secret-prompt';
    const parts = [
      image(secret),
      image(`data:image/png;base64,${secret}*`),
      file({ file_data: secret }),
      { type: secret },
    ];
    for (const part of [...parts, secret]) expect(refusePart(part).message).not.toContain(secret);
  });
});
