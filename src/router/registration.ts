/** What a router is to know of the harness. */
export interface Registration {
  /** Name of the provider; `[A-Za-z0-9]` first, then also `_`, `.` and `-`. */
  name: string;
  /** Where the router reaches the harness, without a path: `http://127.0.0.1:8013`. */
  origin: string;
  /** The models to offer; undefined when they have not been asked for yet. */
  models: readonly string[] | undefined;
  /** Undefined leaves it to the format's rule. */
  priority: number | undefined;
  /** Whether the harness asks for a token. */
  needsToken: boolean;
  /** The provider to switch off, if any. */
  disable: string | undefined;
  /** Name of the file's format; undefined leaves it to recognition. */
  format: string | undefined;
}

/** A registration whose models are known. */
export type KnownRegistration = Registration & { models: readonly string[] };
