import type { Question } from '../../core/sessions.ts';

/** The fields that say what a call is about. Contents of files are in none of them. */
const subjects = ['command', 'file_path', 'notebook_path', 'path', 'pattern', 'url', 'query', 'skill'] as const;

export interface QuestionDescription {
  /** Such as `tidy asks to use bash`. */
  title: string;
  /** The command, or the path of the file; absent for a tool of an MCP server, whose input may be anything. */
  subject?: string;
}

/** What is asked, on a line each. */
export function describeQuestion({ agent, tool, input }: Question, maxChars: number): QuestionDescription {
  const name = tool.kind === 'mcp' ? `${tool.name} of ${tool.server}` : tool.name;
  const found = tool.kind === 'mcp' ? undefined : subjects.map((field) => input[field]).find(isText);
  const title = toLine(`${agent} asks to use ${name}`, maxChars);
  return found === undefined ? { title } : { title, subject: toLine(found, maxChars) };
}

/** Both on one line. */
export function summarize({ title, subject }: QuestionDescription): string {
  return subject === undefined ? title : `${title}: ${subject}`;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Characters that are not seen, or turn the direction of others, could make a command look like another one. */
function toLine(text: string, maxChars: number): string {
  const characters = Array.from(text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '));
  const more = characters.length - maxChars;
  return more > 0 ? `${characters.slice(0, maxChars).join('')}… (${more} more characters)` : characters.join('');
}
