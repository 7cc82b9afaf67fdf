/** What the simulation takes as given: measured figures, each with its source, and assumptions, which are nobody's measurement. */

/** On two cores; docs/performance.md, "Processor time" and "Memory". */
export const measured = {
  /** Processor time of a turn, harness and CLI processes together. */
  cpuMsPerTurn: 30,
  /** The harness at most, and a CLI process at most. */
  harnessMb: 89,
  processMb: 314,
  /** HAProxy's processor time of a request with an answer of ten events; docs/scale.md, "What HAProxy costs". */
  haproxyCpuMsPerTurn: 0.6,
};

export const assumed = {
  /** Of an answer, from its process to its end: half take less, one in twenty more than 3.7 times as long. */
  answerMedianSeconds: 10,
  answerSigma: 0.8,
  /** The share of all places that is in use on average while every machine is up. */
  load: 0.7,
  /** From the end of a machine until it is back. HAProxy asks it no more from the first connection that it refuses. */
  downSeconds: 60,
};

/** The defaults of `limits.concurrent_turns` and `limits.queue_timeout`. */
export const defaults = { places: 8, queueTimeoutSeconds: 60 };
