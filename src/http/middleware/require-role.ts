import type { RequestHandler } from 'express';
import { HarnessError } from '../../core/errors.ts';
import { recordOf } from '../record-of.ts';

/** Refuses tokens that may not see what others have used. Where no token is asked for, everybody may. */
export const requireViewer: RequestHandler = (_req, res, next) => {
  if (recordOf(res).role !== 'client') {
    next();
    return;
  }
  throw new HarnessError(
    'ROLE_REQUIRED',
    'This token may ask for answers, but not see what all clients have used; give it the role viewer or owner in server.tokens.',
  );
};

/** Refuses tokens that may not change the service itself. Where no token is asked for, everybody may. */
export const requireOwner: RequestHandler = (_req, res, next) => {
  if (recordOf(res).role === 'owner') {
    next();
    return;
  }
  throw new HarnessError(
    'ROLE_REQUIRED',
    'Only the owner may do this; give this token the role owner in server.tokens.',
  );
};
