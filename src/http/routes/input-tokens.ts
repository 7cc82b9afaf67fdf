import { HarnessError } from '../../core/errors.ts';
import { responses } from '../../dialect/openai-responses/endpoint.ts';
import { countTokens } from '../count-tokens.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { recordOf } from '../record-of.ts';
import { everyBase, type Route } from './route.ts';

/** `POST /v1/responses/input_tokens`; costs no model call. */
export const inputTokensRoute: Route = {
  method: 'post',
  path: '/v1/responses/input_tokens',
  bases: everyBase,
  api: responses,
  handle: (services) => [
    ...jsonBody(services.bodyLimitBytes),
    async (req, res) => {
      const { request, readFiles } = await services.exchange.parse(responses, req.body, recordOf(res));
      const [conversation] = request.conversations;
      if (conversation === undefined) throw new HarnessError('INTERNAL', 'A request without a conversation.');
      const turn = { ...request.options, model: request.model, ...(readFiles && { readFiles }) };
      const tokens = await countTokens(res, services, conversation, turn);
      res.json({ object: 'response.input_tokens', input_tokens: tokens });
    },
  ],
  describe: async () => (await import('../openapi/input-tokens-operation.ts')).inputTokensOperation,
};

/**
 * `POST /v1/responses/compact`: clients go on with a summary of their own when it is not there, while the path of a
 * stored response would tell them that they have used the wrong method.
 */
export const compactRoute: Route = {
  method: 'post',
  path: '/v1/responses/compact',
  bases: everyBase,
  api: responses,
  handle: () => () => {
    const message = 'Conversations are not compacted here: ask for a summary with POST /v1/responses instead.';
    throw new HarnessError('ROUTE_NOT_FOUND', message);
  },
};
