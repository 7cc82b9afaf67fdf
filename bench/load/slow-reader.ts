/** Does one client that takes nothing hold up the others? */
import { setTimeout as sleep } from 'node:timers/promises';
import { chatBody } from '../support/chat-body.ts';
import type { Harness } from '../support/harness.ts';
import type { HttpClient } from '../support/http-client.ts';
import { harnessStreams, type StreamsOptions, type StreamsSample } from './streams.ts';
import { promptForDeltas, StampedAnswer } from './stamped-answer.ts';

/** Far more than all buffers between the CLI and a client take. */
const floodDeltas = 50_000;
/** Until the buffers are full. */
const fillMs = 1500;

/** Streams beside a reader that has stopped, which then must still get the whole of its answer. */
export async function besideSlowReader(
  harness: Harness,
  client: HttpClient,
  streams: StreamsOptions,
): Promise<StreamsSample> {
  const flood = chatBody(promptForDeltas(floodDeltas));
  const unread = await client.post(`${harness.url}/v1/chat/completions`, flood);
  await sleep(fillMs);
  const sample = await harnessStreams(harness, client, streams);
  const late = new StampedAnswer();
  await late.read(unread);
  late.waysMs(floodDeltas);
  return sample;
}
