import type { ToErrorReply } from '../../../core/endpoint.ts';
import { messagesErrorReply } from '../../../dialect/anthropic-messages/errors.ts';
import { toDetailReply } from '../../../dialect/aicore-query/errors.ts';
import type { RouteApi } from '../route.ts';

export const queryErrorReply: ToErrorReply = (error, context) =>
  toDetailReply(error, messagesErrorReply(error, context));

/** That of AiCore's proxy server. */
export const queryApi: RouteApi = { dialect: 'aicore', error: queryErrorReply };
