import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStandIn, type StandIn } from '../../src/stand-in/stand-in.ts';
import { allEvents, post, streamedRequest, textOf } from './messages-client.ts';

/** Each delta is 10 kB, so that all of them (200 MB) fit into no buffer of the kernel's. */
const deltaCount = 20_000;
const delta = 'x'.repeat(10_000);

let standIn: StandIn;
let made: number;
let ended: boolean;

beforeEach(async () => {
  made = 0;
  ended = false;
  standIn = await startStandIn({ behaviour: () => ({ kind: 'answer', deltas: countedDeltas() }) });
});

afterEach(async () => {
  await standIn.stop();
});

function* countedDeltas() {
  try {
    for (; made < deltaCount; made++) yield delta;
  } finally {
    ended = true;
  }
}

/** A client that asks and then does not read. */
async function stalledClient(): Promise<Socket> {
  const { hostname, port } = new URL(standIn.url);
  const socket = connect(Number(port), hostname).pause();
  await once(socket, 'connect');
  const body = JSON.stringify(streamedRequest);
  socket.write(`POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  return socket;
}

/** Resolves when no delta has been made for a while. */
async function untilStill(): Promise<void> {
  let before = -1;
  while (before !== made || made === 0) {
    before = made;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('backpressure', () => {
  test('no more is made for a client that does not read than fits between the two', async () => {
    const socket = await stalledClient();
    await untilStill();
    expect(made).toBeLessThan(deltaCount / 10);
    socket.destroy();
    await expect(standIn.requests[0]?.closedEarly).resolves.toBe(true);
  });

  test('an answer that waits for its client to read ends with it', async () => {
    const socket = await stalledClient();
    await untilStill();
    expect(ended).toBe(false);
    socket.destroy();
    await expect.poll(() => ended).toBe(true);
    expect(made).toBeLessThan(deltaCount);
  });

  test('the answer goes on where it stopped when the client reads again', async () => {
    const socket = await stalledClient();
    await untilStill();
    const stalledAt = made;
    let received = 0;
    socket.on('data', (chunk) => (received += chunk.length));
    socket.resume();
    while (made < stalledAt + 1000) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(received).toBeGreaterThan(stalledAt * delta.length);
    socket.destroy();
  });

  test('a stalled client does not hold up another', async () => {
    const socket = await stalledClient();
    await untilStill();
    standIn.behave({ kind: 'answer', words: 20_000 });
    expect(textOf(await allEvents(await post(standIn.url)))).toHaveLength(20_000);
    socket.destroy();
  });
});
