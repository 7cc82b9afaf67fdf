import { z } from 'zod';

const error = 'expected a share such as 10% or 0.1, more than 0 and at most all';

/** A part of a whole, from a percentage or a fraction. */
export const share = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value;
    const [, amount, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(value) ?? [];
    return amount === undefined ? value : Number(amount) / (percent === '%' ? 100 : 1);
  },
  z.number({ error }).gt(0, { error }).max(1, { error }),
);
