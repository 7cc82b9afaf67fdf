import { beforeEach, describe, expect, it } from 'vitest';
import { SetupHabits, type Setup } from '../../../src/cli/pool/repeated-setup.ts';

const setup = (key: string): Setup => ({ lines: [{ key }], key });

describe('SetupHabits', () => {
  let habits: SetupHabits;

  beforeEach(() => {
    habits = new SetupHabits();
  });

  it('are none after one request', () => {
    habits.note('haiku', setup('a'));
    expect(habits.of('haiku')).toBeUndefined();
  });

  it('are what two requests in a row had, until one has another', () => {
    for (const key of ['a', 'a']) habits.note('haiku', setup(key));
    expect(habits.of('haiku')).toEqual(setup('a'));
    habits.note('haiku', setup('b'));
    expect(habits.of('haiku')).toBeUndefined();
    habits.note('haiku', setup('b'));
    expect(habits.of('haiku')).toEqual(setup('b'));
  });

  it('are a matter of each model', () => {
    for (const model of ['haiku', 'opus', 'haiku']) habits.note(model, setup(model));
    expect(habits.of('haiku')).toEqual(setup('haiku'));
    expect(habits.of('opus')).toBeUndefined();
  });

  it('are not kept of what is very large', () => {
    const large = setup('x'.repeat(600_000));
    habits.note('haiku', large);
    habits.note('haiku', large);
    expect(habits.of('haiku')).toBeUndefined();
  });
});
