/** @import { FullHealth, ReadyBody } from '../../routes/health-schema.ts' */

/**
 * The login to sign in to: the first that is missing, and is no token; what to do about those is told with the state of the service.
 * It has a name where there are several.
 *
 * @param {ReadyBody} ready
 * @param {Pick<FullHealth, 'can_sign_in' | 'logins'>} health
 * @returns {{ name?: string } | undefined}
 */
export function missingLogin(ready, { can_sign_in: canSignIn, logins }) {
  if (logins !== undefined) return logins.find((login) => login.can_sign_in && isMissing(login));
  return canSignIn && isMissing(ready) ? {} : undefined;
}

/** @param {ReadyBody} ready */
function isMissing(ready) {
  return ready.status !== 'ready' && ready.reason === 'not_logged_in';
}
