/** Of a row of samples; throws when there are none. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function p95(samples: readonly number[]): number {
  return quantile(samples, 0.95);
}

export function p99(samples: readonly number[]): number {
  return quantile(samples, 0.99);
}

/** Between two samples the straight line, as spreadsheets do it. */
function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('No samples.');
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** A tenth of a millisecond is more than the machine can promise. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
