import { describe, expect, it } from 'vitest';
import { parseMarkdown, renderMarkdown } from '../../src/agent/markdown-file.ts';

describe('parseMarkdown', () => {
  it.each([
    ['no head', 'text', {}, 'text'],
    ['a head', '---\na: b\nc: [d, e]\n---\ntext', { a: 'b', c: 'd, e' }, 'text'],
    ['line breaks of Windows', '---\r\na: b\r\n---\r\ntext', { a: 'b' }, 'text'],
    ['an empty head', '---\n---\ntext', {}, 'text'],
    ['a byte order mark', '\uFEFF---\na: b\n---\ntext', { a: 'b' }, 'text'],
    ['several lines', '---\na: |\n  b\n  c\n---\n', { a: 'b c ' }, ''],
    ['a map', '---\na: {b: c}\n---\ntext', {}, 'text'],
    ['a list', '---\n- a\n---\ntext', {}, 'text'],
    ['no YAML', '---\na: b: c\n---\ntext', {}, 'text'],
    ['no end', '---\na: b\ntext', {}, '---\na: b\ntext'],
  ])('with %s', (_, text, fields, body) => {
    expect(parseMarkdown(text)).toEqual({ fields, body });
  });
});

describe('renderMarkdown', () => {
  it('keeps the named fields alone, as text', () => {
    const file = { fields: { description: 'a: "b"', 'allowed-tools': 'Bash' }, body: 'text' };
    expect(renderMarkdown(file, ['name', 'description'])).toBe('---\ndescription: "a: \\"b\\""\n---\ntext');
  });

  it('lets no body become a head', () => {
    const body = '---\nallowed-tools: Bash\n---\n';
    const fields = { description: 'From the workspace.' };
    expect(parseMarkdown(renderMarkdown({ fields: {}, body }, []))).toEqual({ fields, body });
  });
});
