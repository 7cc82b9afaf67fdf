import type { RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';
import { fromCountRequest } from '../../dialect/anthropic-messages/request.ts';
import type { ActiveRequests } from '../../exchange/active-work.ts';
import { clientOf, recordOf } from '../../exchange/record.ts';
import { warn } from '../warning-header.ts';

export interface CountTokensOptions {
  status: Pick<Backend, 'countTokens'>;
  active: ActiveRequests;
}

/** `POST /v1/messages/count_tokens`; costs no model call. */
export function countTokens({ status, active }: CountTokensOptions): RequestHandler {
  return async (req, res) => {
    const { conversation, model, options } = fromCountRequest(req.body);
    const { inputTokens, estimated } = await status.countTokens(
      conversation,
      { ...options, model, ...clientOf(recordOf(res)) },
      active.track(res),
    );
    if (estimated !== undefined) warn(res, estimated);
    res.json({ input_tokens: inputTokens });
  };
}
