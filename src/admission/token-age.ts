const dayMs = 24 * 60 * 60 * 1000;
/** How long a token of `claude setup-token` lasts. */
const lifeMs = 365 * dayMs;
const noticeMs = 30 * dayMs;

/** How the owner comes by a new token in the place of the one that was handed to the service. */
export const renewalOfStored =
  'make a new token with `claude setup-token` and store it with `manage.sh login --token`, or in a container in the file of its secret';

/**
 * One line about a token that ends soon or has ended; `undefined` before that. Times are ms since the epoch; `renewal` says
 * how its owner comes by a new one.
 */
export function tokenNotice(
  { storedAt, renewal = renewalOfStored }: { storedAt: number; renewal?: string },
  now: number,
): string | undefined {
  const leftMs = storedAt + lifeMs - now;
  if (leftMs > noticeMs) return undefined;
  const when = leftMs <= 0 ? 'has probably ended' : `ends in about ${Math.ceil(leftMs / dayMs)} days`;
  return `The stored login token ${when}: ${renewal}.`;
}
