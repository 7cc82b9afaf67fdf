import { describe, expect, it } from 'vitest';
import { WrittenTokens } from '../../src/exchange/written-tokens.ts';
import { end, restart, start } from '../http/test-app.ts';

const text = (length: number) => ({ type: 'text' as const, id: 0, text: 'x'.repeat(length) });

describe('WrittenTokens', () => {
  it('estimates what has been written of text, thinking and arguments', () => {
    const written = new WrittenTokens();
    written.saw(start, 0);
    written.saw(text(8), 0);
    written.saw({ type: 'thinking', id: 0, text: 'abcd' }, 0);
    written.saw({ type: 'input', id: 0, json: '{}' }, 0);
    expect(written.estimate).toBe(4);
  });

  it('forgets a choice that begins again or is complete, and no other', () => {
    const written = new WrittenTokens();
    written.saw(text(400), 0);
    written.saw(text(40), 1);
    written.saw(restart, 0);
    expect(written.estimate).toBe(10);
    written.saw(end, 1);
    expect(written.estimate).toBe(0);
  });
});
