import type { Request } from 'express';

/**
 * The cookie in which the page under `/dashboard` keeps a token: base64url, since a token may have any characters. No
 * script can read it, and no page of another site makes the browser send it.
 */
export const cookieName = 'claude_harness_token';

const attributes = 'Path=/; HttpOnly; SameSite=Strict';
/** 30 days: phones close browsers, and with them what has no age, every few hours. */
const maxAgeSeconds = 30 * 24 * 60 * 60;
/** The longest that is looked at; a token has 47 characters. */
const maxLength = 1024;

/** A value for `Set-Cookie`. `isSecure`: the page came over TLS, so that the cookie must not go out without it. */
export function toCookie(token: string, isSecure: boolean): string {
  const value = Buffer.from(token).toString('base64url');
  return `${cookieName}=${value}; ${attributes}; Max-Age=${maxAgeSeconds}${isSecure ? '; Secure' : ''}`;
}

/** A value for `Set-Cookie` that removes it. */
export const endedCookie = `${cookieName}=; ${attributes}; Max-Age=0`;

/** The token in the cookies of a request; undefined where there is none. */
export function tokenInCookie({ headers: { cookie = '' } }: Pick<Request, 'headers'>): string | undefined {
  const prefix = `${cookieName}=`;
  const found = cookie
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
  if (found === undefined || found.length > maxLength || !/^[\w-]+$/.test(found)) return undefined;
  return Buffer.from(found, 'base64url').toString();
}
