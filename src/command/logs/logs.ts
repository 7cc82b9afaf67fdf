import * as z from 'zod';
import { fetchAt } from '../../util/fetch-at.ts';
import { toMs } from '../../util/length-of-time.ts';
import { readServerSentEvents } from '../../util/server-sent-events.ts';
import { describeRefusal } from '../refusal.ts';
import { authorization, describeSilence, type RunningService } from '../running-service.ts';
import { isMeant, logEntry, type LogEntry, type LogFilter } from './entry.ts';
import { createPrinter, type LogFormat } from './printer.ts';

export interface LogsOptions extends LogFilter {
  /** How long ago, such as `24h`, or a time. */
  since?: string | undefined;
  limit: number;
  follow: boolean;
  format: LogFormat;
}

interface Surroundings {
  print: (text: string) => void;
  /** Milliseconds since the epoch. */
  now: () => number;
}

const page = z.looseObject({ results: z.array(logEntry) });
const live = z.discriminatedUnion('type', [
  logEntry.extend({ type: z.literal('request') }),
  z.object({ type: z.literal('missed'), count: z.number() }),
]);

/** Prints finished requests as the running service knows them, for people the newest last. Returns the exit code. */
export async function logsCommand(
  service: RunningService,
  { since, limit, follow, format, model, client, status, error }: LogsOptions,
  { print, now }: Surroundings,
): Promise<number> {
  const filter = { model, client, status, error };
  const start = since === undefined ? undefined : startTime(since, now());
  const asked = Object.entries({ ...filter, limit: String(limit), start_time: start });
  const query = new URLSearchParams(asked.filter((each): each is [string, string] => each[1] !== undefined));
  const headers = authorization(service.token);
  try {
    // Watched first, so that none is missed in between.
    const stream = follow ? await fetchAt(service.url, '/logs/stream', { headers }) : undefined;
    const stored = await fetchAt(service.url, `/logs/query?${query.toString()}`, { headers });
    const refused = [stored, stream].find((answer) => answer?.ok === false);
    if (refused !== undefined) {
      print(describeRefusal(refused.status, await refused.json().catch(() => undefined)));
      return 1;
    }
    const answer = page.parse(await stored.json());
    if (format === 'json' && !follow) {
      print(`${JSON.stringify(answer, null, 2)}\n`);
      return 0;
    }
    const printer = createPrinter(format, print);
    printer.begin(answer.results.toReversed());
    if (stream?.body == null) return 0;
    const shown = new Set(answer.results.map(keyOf));
    for await (const { data } of readServerSentEvents(stream.body)) {
      const event = live.parse(JSON.parse(data));
      if (event.type === 'missed') printer.addMissed(event.count);
      else if (isMeant(event, filter) && !shown.has(keyOf(event))) printer.add(event);
    }
    return 0;
  } catch (error) {
    print(describeSilence(service, error));
    return 1;
  }
}

/** What is no length of time is for the service to understand. */
function startTime(since: string, now: number): string {
  const ms = toMs(since);
  return ms === undefined ? since : new Date(now - ms).toISOString();
}

/** A request that goes on in the background has two entries under its id. */
function keyOf({ request_id, timestamp, duration_ms }: LogEntry): string {
  return `${request_id} ${timestamp} ${duration_ms}`;
}
