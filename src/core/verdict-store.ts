/** One `claude` program, as it lies on the disk. */
export interface CliBuild {
  version: string;
  /** In bytes. */
  size: number;
  mtimeMs: number;
}

export interface KeptVerdict {
  build: CliBuild;
  /** Of the check that it comes from. */
  revision: number;
  isServed: boolean;
  /** A JSON object, as `judge` gives it. */
  verdict: object;
}

/** Where verdicts outlive the service. Each method rejects where it can't be used; then they are kept in memory alone. */
export interface VerdictStore {
  find(build: CliBuild): Promise<KeptVerdict | undefined>;
  /** Replaces the one of the same build. */
  save(verdict: KeptVerdict): Promise<void>;
  /** The version that was found to be good last, besides this one. */
  lastGood(besides: string): Promise<string | undefined>;
}
