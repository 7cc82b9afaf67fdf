import { expect, it } from 'vitest';
import { TextCheck } from '../../../src/feature/files/text-check.ts';

/** Characters of one to four bytes. */
const sample = Buffer.from('aß€😀 z\u{10ffff}\u07ff\uffff');

function isText(...pieces: Uint8Array[]): boolean {
  const check = new TextCheck();
  for (const piece of pieces) check.push(piece);
  return check.isText;
}

it('text is text wherever it is split', () => {
  for (let first = 0; first <= sample.length; first++) {
    for (let second = first; second <= sample.length; second++) {
      const pieces = [sample.subarray(0, first), sample.subarray(first, second), sample.subarray(second)];
      expect(isText(...pieces), `${first}, ${second}`).toBe(true);
    }
  }
  expect(isText(...Array.from(sample, (byte) => Uint8Array.of(byte)))).toBe(true);
});

it.each([
  ['the character NUL', '00'],
  ['a byte that only goes on', '80'],
  ['a byte that UTF-8 does not have', 'ff'],
  ['a character in more bytes than it takes', 'c080'],
  ['half a pair of surrogates', 'eda080'],
  ['a character after the last one', 'f4908080'],
  ['a character that is broken off', 'e282'],
  ['a character that another one breaks off', 'e28261'],
  ['five bytes that go on', 'f080808080'],
])('bytes with %s are no text, wherever they are split', (_what, hex) => {
  const wrong = Buffer.from(hex, 'hex');
  const all = hex === 'e282' ? [Buffer.concat([sample, wrong])] : [Buffer.concat([sample, wrong, sample])];
  all.push(wrong);
  for (const bytes of all) {
    for (let place = 0; place <= bytes.length; place++) {
      expect(isText(bytes.subarray(0, place), bytes.subarray(place)), String(place)).toBe(false);
    }
    expect(isText(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toBe(false);
  }
});

it('nothing is text', () => {
  expect(isText()).toBe(true);
  expect(isText(new Uint8Array(0))).toBe(true);
});

it('whoever sends a piece may use its memory for the next one', () => {
  const check = new TextCheck();
  const memory = Buffer.alloc(2);
  for (const piece of ['61e2', '82ac']) {
    memory.write(piece, 'hex');
    check.push(memory);
  }
  expect(check.isText).toBe(true);
});
