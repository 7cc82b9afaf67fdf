import { readdirSync, readFileSync } from 'node:fs';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { parseCliMessage, type CliMessage } from '../../../src/process/stream-messages.ts';
import type { LoggedFailure } from '../../../src/process/error-log.ts';
import { AnswerReader, type AnswerReaderOptions } from '../../../src/cli/turn/answer-reader.ts';

const folder = new URL('../../fixtures/transcripts/', import.meta.url);

/** The CLI versions whose output was recorded. */
export const recordedVersions = readdirSync(folder);

/** What a recorded CLI printed, line by line. */
export function transcript(version: string, scenario: string): unknown[] {
  const text = readFileSync(new URL(`${version}/${scenario}.ndjson`, folder), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

export interface Reading {
  events: TurnEvent[];
  /** What reading threw; `undefined` after an `end`, and where the lines ran out. */
  error: unknown;
}

/** Reads lines as a turn does: up to the end of the answer, or to the error. */
export function readAnswer(
  lines: readonly unknown[],
  options?: AnswerReaderOptions,
  failures?: readonly LoggedFailure[],
): Reading {
  const reader = new AnswerReader(options);
  const events: TurnEvent[] = [];
  try {
    for (const line of lines) {
      const event = reader.read(parseCliMessage(line) satisfies CliMessage, failures);
      if (event !== undefined) events.push(event);
      if (event?.type === 'end') break;
    }
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

/** The answer's text as a client would have it. */
export function textOf(events: readonly TurnEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}
