import { describe, expect, it } from 'vitest';
import type { PreviewEvent } from '../../../src/core/session-event.ts';
import { PreviewBuffer } from '../../../src/feature/sessions/preview-buffer.ts';

const start = (id: string): PreviewEvent => ({ type: 'event_start', event: { type: 'agent.message', id } });
const delta = (id: string, text: string): PreviewEvent => ({
  type: 'event_delta',
  event_id: id,
  delta: { type: 'content_delta', index: 0, content: { type: 'text', text } },
});

function takeAll(buffer: PreviewBuffer, seq: number): PreviewEvent[] {
  const all: PreviewEvent[] = [];
  for (let event = buffer.take(seq); event !== undefined; event = buffer.take(seq)) all.push(event);
  return all;
}

describe('previews that wait for a watcher', () => {
  it('come behind the event that was before them, and deltas in a row as one', () => {
    const buffer = new PreviewBuffer();
    buffer.add(start('a'), 3);
    for (const text of ['Hel', 'lo ', 'you']) buffer.add(delta('a', text), 3);
    buffer.add(delta('a', '!'), 4);
    expect(takeAll(buffer, 2)).toEqual([]);
    expect(takeAll(buffer, 3)).toEqual([start('a'), delta('a', 'Hello you')]);
    expect(takeAll(buffer, 4)).toEqual([delta('a', '!')]);
  });

  it('of a text whose start was missed are left out', () => {
    const buffer = new PreviewBuffer();
    buffer.add(delta('a', 'lo'), 1);
    buffer.add(start('b'), 1);
    buffer.add(delta('a', '!'), 1);
    expect(takeAll(buffer, 1)).toEqual([start('b')]);
  });

  it('are bounded: whoever is too slow misses the rest of the texts, and sees the next one whole', () => {
    const buffer = new PreviewBuffer();
    for (let seq = 0; seq < 1000; seq += 1) {
      buffer.add(start(`text-${seq}`), seq);
      buffer.add(delta(`text-${seq}`, 'x'), seq);
    }
    buffer.add(start('last'), 1000);
    buffer.add(delta('last', 'x'), 1000);
    const all = takeAll(buffer, 1000);
    expect(all.length).toBeLessThanOrEqual(64);
    const started = new Set(all.flatMap((event) => (event.type === 'event_start' ? [event.event.id] : [])));
    expect(all.every((event) => event.type === 'event_start' || started.has(event.event_id))).toBe(true);
    expect(started).toContain('last');
  });
});
