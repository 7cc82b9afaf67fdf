/** What `/health` reports to the owner. */
export interface HealthReport {
  /** Seconds since the service started. */
  uptimeSeconds: number;
  version: string;
  cli: { path: string; version: string } | undefined;
  activeTurns: number;
  queuedTurns: number;
  warmProcesses: number;
}
