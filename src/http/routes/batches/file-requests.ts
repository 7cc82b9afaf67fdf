import type { BatchFault, BatchRequest } from '../../../core/batches.ts';
import { BatchLines, isFault, type CheckBody } from '../../../dialect/openai-batches/lines.ts';
import { readTextLines, type TextLine } from '../../../util/text-lines.ts';

/** How many of the lines that are wrong are told; a file that is wrong as a whole has as many as lines. */
const maxFaults = 100;

export interface FileRequestsOptions {
  endpoint: string;
  check: CheckBody;
  maxLineBytes: number;
}

/** The requests of a file can't be read. */
export class FaultyFileError extends Error {
  readonly faults: readonly BatchFault[];

  constructor(faults: readonly BatchFault[]) {
    super('the file has lines that are wrong');
    this.faults = faults;
  }
}

/**
 * The requests of a file, as they are read. All of its lines are looked at, even where one is wrong: throws
 * `FaultyFileError` at the end then.
 */
export async function* readFileRequests(
  content: AsyncIterable<Uint8Array>,
  { endpoint, check, maxLineBytes }: FileRequestsOptions,
): AsyncGenerator<BatchRequest, void, undefined> {
  const lines = new BatchLines(endpoint, check);
  const faults: BatchFault[] = [];
  for await (const line of readTextLines(content, maxLineBytes)) {
    const read = faultOf(line, maxLineBytes) ?? (await lines.read(line.text ?? '', line.number));
    if (read === undefined) continue;
    if (isFault(read)) faults.push(read);
    else if (faults.length === 0) yield read;
    if (faults.length >= maxFaults) break;
  }
  const last = faults.length === 0 ? lines.end() : undefined;
  if (last !== undefined) faults.push(last);
  if (faults.length > 0) throw new FaultyFileError(faults);
}

function faultOf({ number: line, problem }: TextLine, maxLineBytes: number): BatchFault | undefined {
  if (problem === undefined) return undefined;
  if (problem === 'not_utf8') return { code: 'invalid_json_line', line, message: 'This line is not UTF-8.' };
  const message = `This line is larger than server.body_limit allows for one request (${maxLineBytes} bytes).`;
  return { code: 'line_too_long', line, message };
}
