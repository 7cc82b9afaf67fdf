import { expect, it } from 'vitest';
import { TextTail } from '../../src/util/text-tail.ts';

it('a tail keeps the end of what it was given, in pieces or at once', () => {
  const tail = new TextTail(5);
  for (const piece of ['ab', 'cd', 'ef', 'g']) tail.push(piece);
  expect(tail.text).toBe('cdefg');
  tail.push('0123456789');
  expect(tail.text).toBe('56789');
});

it('a tail is shown without the blanks around it', () => {
  const tail = new TextTail(20);
  tail.push('\n last line \n');
  expect(tail.text).toBe('last line');
});

it('a tail is empty at first', () => {
  expect(new TextTail(5).text).toBe('');
});
