import { HarnessError } from '../core/errors.ts';
import type { TurnEvent } from '../core/turn-event.ts';
import { EventReader } from '../messages-api/event-reader.ts';
import { unreachable } from '../messages-api/failures.ts';
import { isKnownEvent, streamEvent } from '../messages-api/stream-events.ts';

/**
 * The events of a turn for those of a streamed answer. The `end` comes when the stream is over, so that its connection
 * can be used again. Throws `UPSTREAM_UNREACHABLE` for a stream that ends before its answer does.
 */
export async function* readAnswer(
  events: AsyncIterable<unknown>,
  toClientName: (name: string) => string,
): AsyncGenerator<TurnEvent, void, void> {
  const reader = new EventReader(toClientName);
  let end: TurnEvent | undefined;
  try {
    for await (const event of events) {
      const read = readKnown(reader, event);
      if (read?.type === 'end') end = read;
      else if (read !== undefined) yield read;
    }
  } catch (error) {
    // The answer is complete; what fails after it does not matter.
    if (end === undefined) throw error;
  }
  if (end === undefined) throw unreachable();
  yield end;
}

function readKnown(reader: EventReader, event: unknown): TurnEvent | undefined {
  if (!isKnownEvent(event)) return undefined;
  const parsed = streamEvent.safeParse(event);
  if (parsed.success) return reader.read(parsed.data);
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new HarnessError(
    'UPSTREAM_ERROR',
    `The API sent an event that the harness does not understand (at ${at}); the API may be newer than the harness.`,
    { cause: parsed.error },
  );
}
