import { fileURLToPath } from 'node:url';
import type { Conversation } from '../../src/core/conversation.ts';

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** The shortest conversation. */
export const hello: Conversation = {
  system: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
};

/** The file of what a CLI printed in a turn. */
export const recording = (version: string, scenario: string): string =>
  fileURLToPath(new URL(`../fixtures/transcripts/${version}/${scenario}.ndjson`, import.meta.url));
