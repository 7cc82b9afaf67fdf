import { randomUUID } from 'node:crypto';
import { lstat, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentBlock } from '../core/agent-engine.ts';
import { isObject } from '../core/is-object.ts';
import { parseJson } from '../core/parse-json.ts';

/** A line of a transcript, with the fields that are read; the CLI's own format (2.1.197 and 2.1.332). */
export interface Line {
  type?: string;
  uuid?: string;
  isSidechain?: boolean;
  message?: { role?: string; model?: string; content?: unknown };
  attachment?: { type?: string };
  [field: string]: unknown;
}

/** Where the CLI keeps its files. */
export function configFolder(env: Readonly<Record<string, string>>): string {
  return env['CLAUDE_CONFIG_DIR'] ?? join(env['HOME'] ?? '/', '.claude');
}

/** The file of a transcript, in whichever folder of a project it is; a link is none. */
export async function findTranscript(folder: string, id: string): Promise<string | undefined> {
  const projects = join(folder, 'projects');
  for (const project of await entriesOf(projects)) {
    const path = join(projects, project, `${id}.jsonl`);
    if ((await kindOf(join(projects, project))) === 'folder' && (await kindOf(path)) === 'file') return path;
  }
  return undefined;
}

/** Removes a transcript and the folder that belongs to it; links are removed themselves, and not followed. */
export async function removeTranscript(folder: string, id: string): Promise<void> {
  const projects = join(folder, 'projects');
  for (const project of await entriesOf(projects)) {
    if ((await kindOf(join(projects, project))) !== 'folder') continue;
    for (const name of [`${id}.jsonl`, id]) await rm(join(projects, project, name), { recursive: true, force: true });
  }
}

/** The calls in which a transcript ends, with or without results: the process ended within them. */
export async function readOpenCalls(path: string): Promise<string[]> {
  return openCalls(await readLines(path));
}

/**
 * Lets a resumed session take the system prompt and the tools that its process is given: newer versions would go on with
 * those that they have noted at its first turn (2.1.332). The line stays, since others name it as the one before them.
 */
export async function forgetPrompts(path: string): Promise<void> {
  const lines = await readLines(path);
  if (!lines.some(isPromptSnapshot)) return;
  await replaceLines(
    path,
    lines.map((line) => (isPromptSnapshot(line) ? { ...line, attachment: { type: 'forgotten' } } : line)),
  );
}

function isPromptSnapshot({ attachment }: Line): boolean {
  return attachment?.type === 'prompt_snapshot';
}

const unknownOutcome =
  'The process ended before this call was over. Whether it took effect is not known: find out before it is repeated.';

/**
 * Gives the calls in which a transcript ends their results, before a process resumes from it. By itself the CLI leaves
 * out calls without a result (2.1.197) or gives them one of its own (2.1.332), and drops a result that comes later. Calls
 * that `results` is not about get an error. Where some of `results` are about no such call nothing is done; their ids.
 */
export async function completeTranscript(path: string, results: readonly ContentBlock[]): Promise<string[]> {
  const lines = await readLines(path);
  const open = new Set(openCalls(lines));
  const given = new Map(results.map((block) => [String(block['tool_use_id']), block]));
  const unknown = [...given.keys()].filter((id) => !open.has(id));
  if (unknown.length > 0) return unknown;
  const replaced = lines.map((line) => withResults(line, open, given));
  const answered = new Set(replaced.flatMap((line) => resultsIn(line)));
  const added = lines.flatMap((line) =>
    callsIn(line)
      .filter((id) => open.has(id) && !answered.has(id))
      .map((id) => resultLine(line, given.get(id) ?? errorResult(id))),
  );
  await replaceLines(path, [...replaced, ...added]);
  return [];
}

/** Written beside it first: a transcript is never half there. */
export async function replaceLines(path: string, lines: readonly Line[]): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  await writeFile(beside, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
  await rename(beside, path);
}

/** Without what is no JSON: a process that was killed may have left half a line. The CLI passes over it as well. */
export async function readLines(path: string): Promise<Line[]> {
  const text = await readFile(path, 'utf8');
  return text.split('\n').flatMap((line) => {
    const value = parseJson(line);
    return isObject(value) ? [value] : [];
  });
}

function openCalls(lines: readonly Line[]): string[] {
  let open: string[] = [];
  let isAnswered = false;
  for (const line of lines) {
    if (line.isSidechain === true || (line.type !== 'assistant' && line.type !== 'user')) continue;
    const results = resultsIn(line);
    if (line.type === 'user' && results.length === 0) open = [];
    else if (line.type === 'user') isAnswered = true;
    else {
      // What the model says after results is an answer to them.
      if (isAnswered) open = [];
      isAnswered = false;
      open.push(...callsIn(line));
    }
  }
  return open;
}

function withResults(line: Line, open: ReadonlySet<string>, given: ReadonlyMap<string, ContentBlock>): Line {
  if (!resultsIn(line).some((id) => open.has(id) && given.has(id))) return line;
  const content = blocksOf(line).map((block) => given.get(String(block['tool_use_id'])) ?? block);
  return { ...line, message: { ...line.message, content }, toolUseResult: undefined };
}

function resultLine(call: Line, result: ContentBlock): Line {
  const { sessionId, cwd, version, userType, entrypoint, gitBranch } = call;
  return {
    parentUuid: call.uuid,
    isSidechain: false,
    type: 'user',
    message: { role: 'user', content: [result] },
    uuid: randomUUID(),
    timestamp: new Date().toISOString(),
    sourceToolAssistantUUID: call.uuid,
    ...{ sessionId, cwd, version, userType, entrypoint, gitBranch },
  };
}

function errorResult(id: string): ContentBlock {
  return { type: 'tool_result', tool_use_id: id, content: unknownOutcome, is_error: true };
}

const callsIn = (line: Line) => idsIn(line, 'assistant', 'tool_use', 'id');
const resultsIn = (line: Line) => idsIn(line, 'user', 'tool_result', 'tool_use_id');

function idsIn(line: Line, type: string, blockType: string, field: string): string[] {
  if (line.type !== type || line.isSidechain === true) return [];
  return blocksOf(line).flatMap((block) => (block.type === blockType ? [String(block[field])] : []));
}

export function blocksOf({ message }: Line): ContentBlock[] {
  return Array.isArray(message?.content) ? (message.content as ContentBlock[]) : [];
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isFile() === true ? 'file' : stat?.isDirectory() === true ? 'folder' : undefined;
}
