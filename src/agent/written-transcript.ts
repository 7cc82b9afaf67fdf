import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarlierMessage } from '../core/agent-engine.ts';

interface WrittenTranscript {
  /** Its id, a UUID. */
  transcript: string;
  /** Where its process works. */
  cwd: string;
  model: string;
  history: readonly EarlierMessage[];
}

/**
 * Writes a transcript for a process to resume from, as if it had said and heard all of it (2.1.197 and 2.1.332). Over
 * stdin 2.1.197 takes the history for its first process alone: what resumes from its transcript has none of it, and
 * both answer an earlier `/context` themselves.
 */
export async function writeTranscript(
  configFolder: string,
  { transcript, cwd, model, history }: WrittenTranscript,
): Promise<void> {
  const folder = join(configFolder, 'projects', projectOf(cwd));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const timestamp = new Date().toISOString();
  const uuids = history.map(() => randomUUID());
  const lines = history.map(({ role, content }, index) => ({
    parentUuid: uuids[index - 1] ?? null,
    isSidechain: false,
    type: role,
    message: role === 'user' ? { role, content } : { id: `msg_history_${index}`, role, model, content },
    uuid: uuids[index],
    ...{ timestamp, sessionId: transcript, cwd },
  }));
  const path = join(folder, `${transcript}.jsonl`);
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
}

/** The name of the folder in which the CLI looks for the transcripts of a working directory. */
function projectOf(cwd: string): string {
  return cwd.replaceAll(/[^A-Za-z0-9]/g, '-');
}
