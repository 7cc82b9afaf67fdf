import ms, { type StringValue } from 'ms';

/** The milliseconds of a length of time such as `90m`, `24h` or `7d`; undefined where the text is none. */
export function toMs(text: string): number | undefined {
  return /^\d{1,5}[mhd]$/.test(text) ? ms(text as StringValue) : undefined;
}
