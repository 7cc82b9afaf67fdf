/** RFC 3339, in UTC. */
export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds as seconds. */
export function toSeconds(ms: number): number {
  return ms / 1000;
}
