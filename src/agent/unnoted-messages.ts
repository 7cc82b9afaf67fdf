import { randomUUID } from 'node:crypto';
import type { ContentBlock } from '../core/agent-engine.ts';
import { blocksOf, readLines, replaceLines, type Line } from './transcript.ts';
import type { TranscriptMessage } from './write-transcript.ts';

/** The model of answers that the CLI has made up itself. */
const synthetic = '<synthetic>';

/**
 * Adds to a transcript those of the user's messages that are not at its end: a process that is ended at its start has
 * noted what it was sent, or has not (2.1.197 and 2.1.332).
 */
export async function addUnnoted(path: string, messages: readonly TranscriptMessage[]): Promise<void> {
  const lines = await readLines(path);
  const noted = unansweredTexts(lines);
  const missing = messages.filter(({ content }) => {
    const index = noted.indexOf(textsOf(content));
    if (index >= 0) noted.splice(index, 1);
    return index < 0;
  });
  if (missing.length > 0) await replaceLines(path, missing.reduce(append, lines));
}

/** Since the model has said something. */
function unansweredTexts(lines: readonly Line[]): string[] {
  const lastAnswer = lines.findLastIndex(({ type, message }) => type === 'assistant' && message?.model !== synthetic);
  return lines.slice(lastAnswer + 1).flatMap((line) => (line.type === 'user' ? [textsOf(blocksOf(line))] : []));
}

/** What tells messages apart; images may be noted in another size. */
function textsOf(content: readonly ContentBlock[]): string {
  return JSON.stringify(content.filter(({ type }) => type === 'text').map((block) => block['text']));
}

function append(lines: readonly Line[], message: TranscriptMessage): Line[] {
  const last = lines.findLast(({ uuid, isSidechain }) => uuid !== undefined && isSidechain !== true);
  const { sessionId, cwd, version, userType, entrypoint, gitBranch } = last ?? {};
  return [
    ...lines,
    {
      parentUuid: last?.uuid ?? null,
      isSidechain: false,
      type: 'user',
      message,
      uuid: randomUUID(),
      timestamp: new Date().toISOString(),
      ...{ sessionId, cwd, version, userType, entrypoint, gitBranch },
    },
  ];
}
