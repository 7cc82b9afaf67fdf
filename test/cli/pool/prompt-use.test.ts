import { describe, expect, it } from 'vitest';
import { PromptUse } from '../../../src/cli/pool/prompt-use.ts';

describe('PromptUse', () => {
  it('tells a prompt that came again from one that came once', () => {
    const use = new PromptUse(60_000, Date.now);
    use.note('a');
    use.note('b');
    use.note('a');
    expect(['a', 'b', 'c'].map((key) => use.isRepeated(key))).toEqual([true, false, false]);
  });

  it('forgets what was not asked for within its time', () => {
    let now = 1_000_000;
    const use = new PromptUse(1000, () => now);
    use.note('a');
    use.note('a');
    now += 900;
    expect(use.isRepeated('a')).toBe(true);
    now += 200;
    expect(use.isRepeated('a')).toBe(false);
  });

  it('remembers as many as come again among many that come once', () => {
    const use = new PromptUse(60_000, Date.now);
    for (let n = 0; n < 3000; n += 1) {
      use.note('a');
      use.note(`once ${n}`);
    }
    expect(use.isRepeated('a')).toBe(true);
    expect(use.isRepeated('once 2999')).toBe(false);
  });
});
