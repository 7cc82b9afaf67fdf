/** A batch as both APIs can tell of it. */
export interface BatchState {
  id: string;
  /** In the API's own word. */
  status: string;
  isOver: boolean;
  /** Requests that have ended, those of them that were not answered, and all. */
  done: number;
  failed: number;
  total: number;
  /** In milliseconds since the epoch. */
  createdAt: number;
  /** Why it could not begin, each with the line of the file. */
  faults: readonly string[];
  /** As it came. */
  wire: object;
}

/** The batches of a running service, over one of its two APIs. Each method throws what `askService` throws. */
export interface BatchApi {
  /** A name for people. */
  name: string;
  /** Sends a file of requests, a line each. `sent` is called with the size of each piece. */
  create(path: string, sent: (count: number) => void): Promise<BatchState>;
  get(id: string): Promise<BatchState>;
  /** The newest first. */
  list(): AsyncIterable<BatchState>;
  cancel(id: string): Promise<BatchState>;
  /** The results of one that is over, a line each. */
  results(batch: BatchState): AsyncIterable<Uint8Array>;
}
