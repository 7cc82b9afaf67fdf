import { messages } from '../../dialect/anthropic-messages/endpoint.ts';
import { readBetas } from '../../dialect/anthropic-messages/betas.ts';
import { fromCountRequest } from '../../dialect/anthropic-messages/request.ts';
import { countTokens } from '../count-tokens.ts';
import { recordOf } from '../record-of.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { everyBase, type Route } from './route.ts';

/** `POST /v1/messages/count_tokens`; costs no model call. */
export const countTokensRoute: Route = {
  method: 'post',
  path: '/v1/messages/count_tokens',
  bases: everyBase,
  api: messages,
  handle: (services) => [
    ...jsonBody(services.bodyLimitBytes),
    async (req, res) => {
      const { conversation, model, options } = fromCountRequest(req.body, services.settings);
      const { caller } = recordOf(res);
      const { dialect } = messages;
      const files = await services.exchange.bindFiles({ caller, dialect, model, conversations: [conversation] });
      const turn = { ...options, model, ...readBetas(req.get('anthropic-beta')), ...files };
      res.json({ input_tokens: await countTokens(res, services, conversation, turn) });
    },
  ],
  describe: async () => (await import('../openapi/count-tokens-operation.ts')).countTokensOperation,
};
