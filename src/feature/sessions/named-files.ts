import type { ContentBlock, PastMessage } from '../../core/agent-engine.ts';
import { HarnessError } from '../../core/errors.ts';
import type { FileContents } from '../../core/file-contents.ts';
import type { ClientEvent } from '../../core/session-event.ts';
import type { Caller } from '../../core/sessions.ts';

/** Throws what is wrong with a file that events name. `field` is the request's that holds the events. */
export async function checkFiles(
  files: FileContents,
  caller: Caller,
  events: readonly ClientEvent[],
  field: string,
): Promise<void> {
  for (const [index, event] of events.entries()) {
    if (event.type !== 'user.message' && event.type !== 'user.custom_tool_result') continue;
    await files.check(caller, { content: event.content ?? [], field: `${field}.${index}.content` });
  }
}

/** What an agent is sent. Throws what is wrong with a file now, by its place in the content. */
export function contentWithFiles(
  files: FileContents,
  caller: Caller,
  content: readonly ContentBlock[],
): Promise<readonly ContentBlock[]> {
  return files.read(caller, { content, field: 'content' });
}

/** What a call of a client's tool gives. Where a file of it cannot be read, that is what the agent is told. */
export async function resultWithFiles(
  files: FileContents,
  caller: Caller,
  { content = [], is_error: isError }: Extract<ClientEvent, { type: 'user.custom_tool_result' }>,
): Promise<{ content: readonly ContentBlock[]; isError: boolean }> {
  try {
    return { content: await contentWithFiles(files, caller, content), isError: isError === true };
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error;
    return { content: [{ type: 'text', text: error.message }], isError: true };
  }
}

/** What was said before. A file that is gone since is no reason not to go on: the agent is told that there was one. */
export async function pastWithFiles(
  files: FileContents,
  caller: Caller,
  past: readonly PastMessage[],
): Promise<readonly PastMessage[]> {
  const read: PastMessage[] = [];
  for (const message of past) {
    if (message.role === 'assistant') read.push(message);
    else read.push({ role: 'user', content: await pastContent(files, caller, message.content) });
  }
  return read;
}

async function pastContent(
  files: FileContents,
  caller: Caller,
  content: readonly ContentBlock[],
): Promise<readonly ContentBlock[]> {
  const blocks: ContentBlock[] = [];
  for (const block of content) {
    try {
      blocks.push(...(await contentWithFiles(files, caller, [block])));
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      blocks.push(block.type === 'tool_result' ? { ...block, content: [goneFile] } : goneFile);
    }
  }
  return blocks;
}

const goneFile: ContentBlock = { type: 'text', text: 'A file that was here cannot be read any more.' };
