import { parse } from 'yaml';

/** A Markdown file with fields of text before it. */
export interface MarkdownFile {
  fields: Readonly<Record<string, string>>;
  body: string;
}

const frontMatter = /^\uFEFF?---[ \t]*\r?\n(?:([\s\S]*?)\r?\n)?---[ \t]*(?:\r?\n|$)/;
const maxFieldLength = 1000;

/** Lists become text with commas; other fields, and those that are not YAML, are left out. */
export function parseMarkdown(text: string): MarkdownFile {
  const match = frontMatter.exec(text);
  if (match === null) return { fields: {}, body: text };
  return { fields: parseFields(match[1] ?? ''), body: text.slice(match[0].length) };
}

function parseFields(yaml: string): Record<string, string> {
  let value: unknown;
  try {
    value = parse(yaml, { schema: 'failsafe', logLevel: 'silent' });
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]: [string, unknown]) => {
      const line = Array.isArray(field) ? field.filter((item) => typeof item === 'string').join(', ') : field;
      return typeof line === 'string' ? [[name, line.replace(/\s+/g, ' ').slice(0, maxFieldLength)]] : [];
    }),
  );
}

/**
 * The file with these of its fields alone, a description among them: others may allow tools, or run programs. Never
 * without a field, since what the body begins with could be taken for the head then.
 */
export function renderMarkdown({ fields, body }: MarkdownFile, names: readonly string[]): string {
  const kept = { description: 'From the workspace.', ...pick(fields, names) };
  const lines = Object.entries(kept).map(([name, field]) => `${name}: ${JSON.stringify(field)}`);
  return ['---', ...lines, '---', body].join('\n');
}

function pick(fields: MarkdownFile['fields'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
