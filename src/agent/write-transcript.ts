import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ContentBlock } from '../core/agent-engine.ts';
import { HarnessError } from '../core/errors.ts';

/** A message of the Messages API. */
export interface TranscriptMessage {
  role: 'user' | 'assistant';
  content: readonly ContentBlock[];
}

export interface NewTranscript {
  /** A UUID, by which a process resumes it. */
  id: string;
  /** The working directory of that process, without links on the way. */
  cwd: string;
  /** What the answers are said to be from. */
  model: string;
  messages: readonly TranscriptMessage[];
}

/**
 * Writes a conversation as a transcript that `--resume` goes on from. The requests that follow have its messages exactly,
 * tools by the CLI's names for them (2.1.197 and 2.1.332). After a last message of the user's the CLI adds an answer, `No
 * response requested.`, and calls that have no result are for the caller to avoid. Throws `CLI_FAILED` where it can't be
 * written.
 */
export async function writeTranscript(configFolder: string, transcript: NewTranscript): Promise<void> {
  const path = join(configFolder, 'projects', projectName(transcript.cwd), `${transcript.id}.jsonl`);
  const lines = toLines(transcript).map((line) => `${JSON.stringify(line)}\n`);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, lines.join(''), { mode: 0o600 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The transcript of the session cannot be written (${reason}); on the server, free space or make the folder writable.`;
    throw new HarnessError('CLI_FAILED', message, { cause: error });
  }
}

/** 2.1.197 looks for a transcript in its own working directory's folder alone, newer versions in all of them. */
function projectName(cwd: string): string {
  return cwd.replace(/[^a-zA-Z0-9]/g, '-');
}

function toLines({ id, cwd, model, messages }: NewTranscript): object[] {
  const timestamp = new Date().toISOString();
  const uuids = messages.map(() => randomUUID());
  return messages.map((message, index) => ({
    parentUuid: uuids[index - 1] ?? null,
    isSidechain: false,
    type: message.role,
    message: message.role === 'user' ? message : { ...answerFields(model), ...message },
    uuid: uuids[index],
    timestamp,
    userType: 'external',
    cwd,
    sessionId: id,
  }));
}

/** An id of its own keeps two answers apart: the CLI joins those of the same one. */
function answerFields(model: string): object {
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    model,
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
}
