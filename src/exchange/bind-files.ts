import type { ContentBlock } from '../core/agent-engine.ts';
import type { Backend } from '../core/backend.ts';
import type { Conversation, Message } from '../core/conversation.ts';
import { HarnessError } from '../core/errors.ts';
import type { FileContents, FileContentsOptions } from '../core/file-contents.ts';
import type { Caller } from '../core/sessions.ts';
import type { TurnOptions } from '../core/turn-options.ts';
import { messages as messagesEndpoint } from '../dialect/anthropic-messages/endpoint.ts';

export interface BindFilesOptions {
  fileContents: FileContents;
  /** What answers a turn of a model. */
  servedBy: Backend['servedBy'];
}

/** What may name files, and who asks. */
export interface NamingRequest {
  caller: Caller;
  dialect: string;
  model: string;
  conversations: readonly Conversation[];
}

/**
 * Checks the files that a request names, and gives what reads them for its turns. The Messages API itself has files of its
 * own: of its clients, ids that are not known here go there as they are. Throws as `FileContents` does.
 */
export async function bindFiles(
  { fileContents, servedBy }: BindFilesOptions,
  { caller, dialect, model, conversations }: NamingRequest,
): Promise<Pick<TurnOptions, 'readFiles'>> {
  const [first] = conversations;
  const distinct = [...new Set(conversations)].map(contentOf).filter((content) => content.some(mayName));
  if (first === undefined || distinct.length === 0) return {};
  const isDirect = servedBy(model).backend === 'direct';
  if (!isDirect) conversations.forEach(refuseUploads);
  const options = { leavesUnknown: isDirect && dialect === messagesEndpoint.dialect };
  const named = [];
  for (const content of distinct) named.push(await fileContents.check(caller, { content, field: 'messages' }, options));
  if (!named.includes(true)) return {};
  return { readFiles: (conversation) => readFiles(conversation, fileContents, caller, options) };
}

async function readFiles(
  conversation: Conversation,
  files: FileContents,
  caller: Caller,
  options: FileContentsOptions,
): Promise<Conversation> {
  const content = await files.read(caller, { content: contentOf(conversation), field: 'messages' }, options);
  let at = 0;
  const messages = conversation.messages.map((message): Message => {
    const from = at;
    at += message.content.length;
    return message.role === 'user' ? ({ ...message, content: content.slice(from, at) } as object as Message) : message;
  });
  return { ...conversation, messages };
}

/** The blocks of all messages, in their order. */
function contentOf({ messages }: Conversation): readonly ContentBlock[] {
  return messages.flatMap(({ content }): readonly ContentBlock[] => content as readonly object[] as ContentBlock[]);
}

/** Most requests name none, and are not looked at any closer. */
function mayName({ type }: ContentBlock): boolean {
  return type === 'image' || type === 'document' || type === 'tool_result' || type === 'opaque';
}

function refuseUploads({ messages }: Conversation): void {
  for (const [index, { content }] of messages.entries()) {
    const isUpload = content.some((block) => block.type === 'opaque' && block.block['type'] === 'container_upload');
    if (!isUpload) continue;
    const param = `messages.${index}.content`;
    throw new HarnessError(
      'UNSUPPORTED_PARAMETER',
      `${param}: container_upload needs a container of the API, which does not have the files that are kept here. Send the file as a document or an image, or ask the direct backend, under /api, with a file of the API's own.`,
      { param },
    );
  }
}
