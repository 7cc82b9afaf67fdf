import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChatStream } from '../../src/dialect/openai-chat/stream.ts';
import { readJsonLines } from '../../src/process/ndjson.ts';
import { parseCliMessage } from '../../src/process/stream-messages.ts';
import { AnswerReader } from '../../src/cli/turn/answer-reader.ts';
import { clientNames, toCliName } from '../../src/messages-api/tool-names.ts';
import { recording } from '../support/hello.ts';
import { recordedVersions } from '../cli/turn/transcript.ts';

/** What a client gets of a process's output that comes in these pieces. */
async function chunksOf(pieces: readonly Buffer[]): Promise<object[]> {
  const lines = readJsonLines(Readable.from(pieces), 1024 * 1024);
  const reader = new AnswerReader({ toClientName: clientNames([], toCliName) });
  const stream = createChatStream({
    id: 'chatcmpl-1',
    created: 1,
    choices: 1,
    legacyFunctions: false,
    hasOutput: false,
    showReasoning: true,
    includeUsage: true,
  });
  const chunks: object[] = [];
  for (;;) {
    const line = await lines.next();
    if (line.done === true) return chunks;
    const event = reader.read(parseCliMessage(line.value));
    if (event === undefined) continue;
    chunks.push(...stream.push(event));
    if (event.type === 'end') return chunks;
  }
}

describe.each(recordedVersions)('what CLI %s printed', (version) => {
  it.each(['text', 'thinking', 'tools-held', 'structured-output'])(
    'gives the same chunks however it is split (%s)',
    async (scenario) => {
      const bytes = readFileSync(recording(version, scenario));
      const whole = await chunksOf([bytes]);
      expect(whole.length).toBeGreaterThan(4);
      const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 50 });
      await fc.assert(
        fc.asyncProperty(cuts, async (unordered) => {
          const ends = [...unordered.toSorted((a, b) => a - b), bytes.length];
          const pieces = ends.map((to, index) => bytes.subarray(ends[index - 1] ?? 0, to));
          expect(await chunksOf(pieces)).toEqual(whole);
        }),
        { numRuns: 40 },
      );
    },
  );
});
