import { expect, it } from 'vitest';
import { missingLogin } from '../../../../src/http/pages/dashboard/missing-login.js';

const missing = { status: 'not_ready', reason: 'not_logged_in', message: 'No login.' } as const;
const limited = { status: 'not_ready', reason: 'rate_limited', message: 'Used up.' } as const;
const ready = { status: 'ready' } as const;
const login = { name: 'ada', can_sign_in: true, ...missing };
const token = { name: 'work', can_sign_in: false, ...missing };

it.each([
  ['one login that is missing', missing, { can_sign_in: true }, {}],
  ['one that is there', ready, { can_sign_in: true }, undefined],
  ['one that is used up', limited, { can_sign_in: true }, undefined],
  ['a token that is refused', missing, { can_sign_in: false }, undefined],
  ['several of which one is missing', ready, { can_sign_in: true, logins: [{ ...login, ...ready }, login] }, login],
  ['several of which a token is refused', ready, { can_sign_in: true, logins: [token] }, undefined],
  ['a refused token before a missing login', missing, { can_sign_in: false, logins: [token, login] }, login],
  ['several of which one is used up', limited, { can_sign_in: true, logins: [{ ...login, ...limited }] }, undefined],
])('%s', (_what, service, health, expected) => {
  expect(missingLogin(service, health)).toEqual(expected);
});
