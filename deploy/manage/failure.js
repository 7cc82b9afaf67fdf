/** The statuses of docs/install.md: of a wrong command line, a service that would not serve now, and a wrong configuration. */
export const usageStatus = 2;
export const notServingStatus = 3;
export const configStatus = 78;

/** Ends a run; the message is for people, and empty where the reason has been shown already. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {number} [status] of this program
   */
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

/**
 * For a wrong command line.
 * @param {string} message
 */
export function misused(message) {
  return new Failure(message, usageStatus);
}

/**
 * A message without its stack, of whatever was thrown.
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
