import { describe, expect, it } from 'vitest';
import { PendingLines } from '../../../src/cli/pool/pending-lines.ts';
import type { CliMessage } from '../../../src/process/stream-messages.ts';
import { createDeferred } from '../../../src/util/deferred.ts';
import { never } from '../../support/hello.ts';

/** A process whose lines come when the test says so. */
function linesOf(...lines: Promise<CliMessage | undefined>[]) {
  let index = 0;
  return new PendingLines({
    send: () => new Promise(() => undefined),
    receive: () => lines[index++] ?? Promise.resolve(undefined),
  });
}

const result: CliMessage = { type: 'result', is_error: false };

describe('PendingLines', () => {
  it('keeps the line of a wait that was given up for the next reader', async () => {
    const line = createDeferred<CliMessage>();
    const lines = linesOf(line.promise, Promise.resolve({ type: 'other' }));
    const controller = new AbortController();
    const first = lines.next(controller.signal);
    controller.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    const second = lines.next(never);
    line.resolve(result);
    expect(await second).toEqual(result);
    expect(await lines.next(never)).toEqual({ type: 'other' });
    expect(await lines.next(never)).toBeUndefined();
  });

  it('takes no line for a reader that is gone already', async () => {
    const lines = linesOf(Promise.resolve(result));
    await expect(lines.next(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(await lines.next(never)).toEqual(result);
  });

  it('gives up waiting for room in a pipe', async () => {
    const controller = new AbortController();
    const sending = linesOf().send([{}], controller.signal);
    controller.abort(new Error('gone'));
    await expect(sending).rejects.toThrow('gone');
  });
});
