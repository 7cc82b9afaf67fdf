import { beforeEach, describe, expect, it } from 'vitest';
import { RepeatedSetup, type Setup } from '../../../src/cli/pool/repeated-setup.ts';

const setup = (key: string): Setup => ({ lines: [{ key }], key });

describe('RepeatedSetup', () => {
  let repeated: RepeatedSetup;

  beforeEach(() => {
    repeated = new RepeatedSetup();
  });

  it('is none after one request', () => {
    repeated.note('haiku', setup('a'));
    expect(repeated.of('haiku')).toBeUndefined();
  });

  it('is what two requests in a row had, until one has another', () => {
    for (const key of ['a', 'a']) repeated.note('haiku', setup(key));
    expect(repeated.of('haiku')).toEqual(setup('a'));
    repeated.note('haiku', setup('b'));
    expect(repeated.of('haiku')).toBeUndefined();
    repeated.note('haiku', setup('b'));
    expect(repeated.of('haiku')).toEqual(setup('b'));
  });

  it('is kept for each model apart', () => {
    for (const model of ['haiku', 'opus', 'haiku']) repeated.note(model, setup(model));
    expect(repeated.of('haiku')).toEqual(setup('haiku'));
    expect(repeated.of('opus')).toBeUndefined();
  });

  it('is not kept where it is very large', () => {
    const large = setup('x'.repeat(600_000));
    repeated.note('haiku', large);
    repeated.note('haiku', large);
    expect(repeated.of('haiku')).toBeUndefined();
  });
});
