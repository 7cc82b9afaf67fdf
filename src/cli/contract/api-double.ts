/** A stand-in for the Messages API on loopback. It is handed in, so that the engine does not depend on it. */
export interface ApiDouble {
  /** Without a slash at the end. */
  readonly url: string;
  /** What arrived, oldest first. */
  readonly requests: readonly { body: unknown; headers: Readonly<Record<string, unknown>> }[];
  /** How the requests from now on are answered. */
  behave(behaviour: DoubleBehaviour): void;
  stop(): Promise<void>;
}

export interface DoubleAnswer {
  kind: 'answer';
  text: string;
  stopReason?: string;
  stopSequence?: string;
  toolUses?: readonly { name: string; input: Record<string, unknown> }[];
}

export type DoubleBehaviour = DoubleAnswer | { kind: 'error'; status: number; message: string };

export type StartApiDouble = () => Promise<ApiDouble>;
