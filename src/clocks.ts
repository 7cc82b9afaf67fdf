/** The clocks of the program; each part is handed the one that it needs. */
export const clocks = {
  /** Milliseconds since the epoch. */
  now: (): number => Date.now(),
  /** For lengths of time, which must not change when somebody sets the clock. In ms. */
  ticks: (): number => performance.now(),
};
