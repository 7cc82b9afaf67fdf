import { describe, expect, it } from 'vitest';
import { EventParser, readEvents } from '../../../../src/http/pages/dashboard/server-sent-events.js';

const stream =
  ': keep-alive\n\nevent: request\ndata: {"a":1}\n\ndata: one\ndata: twö\n\nevent: empty\n\ndata: [DONE]\n\n';
const events = [
  { name: 'request', data: '{"a":1}' },
  { name: 'message', data: 'one\ntwö' },
  { name: 'message', data: '[DONE]' },
];

describe('server-sent events', () => {
  it('are the same wherever their pieces are cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const parser = new EventParser();
      expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(events);
    }
  });

  it('are read from an answer, whose bytes are cut amid characters', async () => {
    const bytes = new TextEncoder().encode(stream);
    const body = new ReadableStream({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const read = [];
    for await (const event of readEvents(new Response(body))) read.push(event);
    expect(read).toEqual(events);
  });

  it('end the answer when nobody reads on', async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(stream));
      },
      cancel() {
        isCancelled = true;
      },
    });
    for await (const { name } of readEvents(new Response(body))) if (name === 'request') break;
    expect(isCancelled).toBe(true);
  });
});
