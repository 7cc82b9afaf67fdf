import bytes from 'bytes';

/**
 * Converts `512b`, `64kb`, `1.5mb` or `1 GB` to bytes, in powers of 1024; `0` needs no unit. Undefined for anything
 * else: `bytes` alone would read `10xyz` as ten.
 */
export function parseSize(text: string): number | undefined {
  if (text === '0') return 0;
  if (text.length > 30 || !/^(\d+ ?b|\d+(\.\d+)? ?[kmg]b)$/i.test(text)) return undefined;
  const size = bytes.parse(text);
  return size !== null && Number.isSafeInteger(size) ? size : undefined;
}

/** The exact inverse of `parseSize`, in the largest unit that divides the size; `bytes` itself would round. */
export function formatSize(size: number): string {
  for (const unit of ['gb', 'mb', 'kb'] as const) {
    const unitBytes = bytes.parse(`1${unit}`) ?? 1;
    if (size > 0 && size % unitBytes === 0) return `${size / unitBytes}${unit}`;
  }
  return `${size}b`;
}
