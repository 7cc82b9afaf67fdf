import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/command/progress.ts';

/** A progress, what it has written, and a clock that a test sets. */
function watched(isTerminal: boolean) {
  const seen = { text: '', now: 0 };
  const write = (text: string): void => {
    seen.text += text;
  };
  return { seen, progress: new Progress({ write, isTerminal, ticks: () => seen.now }) };
}

describe('on a terminal', () => {
  it('draws a bar over the one before, and takes it away at the end', () => {
    const { seen, progress } = watched(true);
    seen.now = 2000;
    progress.show('1/2', 0.5);
    seen.now = 2300;
    progress.show('waiting');
    progress.end();
    progress.end();
    expect(seen.text).toBe(`\r\u001B[K[${'#'.repeat(15)}${'-'.repeat(15)}] 1/2\r\u001B[Kwaiting\r\u001B[K`);
  });

  it('draws no more often than one can see', () => {
    const { seen, progress } = watched(true);
    for (seen.now = 0; seen.now < 3000; seen.now += 10) progress.show(String(seen.now));
    expect(seen.text.split('\r\u001B[K')).toHaveLength(6);
  });
});

describe('elsewhere', () => {
  it('writes a plain line now and then, and none twice', () => {
    const { seen, progress } = watched(false);
    for (seen.now = 0; seen.now < 20_000; seen.now += 100) progress.show(seen.now < 9000 ? 'first' : 'second', 0.5);
    progress.end();
    expect(seen.text).toBe('first\nsecond\n');
  });
});

it.each([true, false])('shows nothing of what is over within two seconds (terminal: %s)', (isTerminal) => {
  const { seen, progress } = watched(isTerminal);
  seen.now = 1999;
  progress.show('1/2', 0.5);
  progress.end();
  expect(seen.text).toBe('');
});

it('shows a transfer in per cent, or what has come where nobody knows of how much', () => {
  const { seen, progress } = watched(false);
  const sent = progress.transfer('sent', 2048);
  const received = progress.transfer('results');
  seen.now = 10_000;
  sent(512);
  seen.now = 20_000;
  received(1024);
  seen.now = 30_000;
  received(1024);
  seen.now = 40_000;
  progress.transfer('empty', 0)(0);
  expect(seen.text).toBe('sent: 25% of 2KB\nresults: 1KB\nresults: 2KB\nempty: 100% of 0B\n');
});
