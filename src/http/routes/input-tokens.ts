import { HarnessError } from '../../core/errors.ts';
import { responses } from '../../dialect/openai-responses/endpoint.ts';
import { setAnswerHeaders } from '../answer-headers.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { recordOf } from '../record-of.ts';
import { trackConnection } from '../track-connection.ts';
import { everyBase, type Route } from './route.ts';

/** `POST /v1/responses/input_tokens`; costs no model call. */
export const inputTokensRoute: Route = {
  method: 'post',
  path: '/v1/responses/input_tokens',
  bases: everyBase,
  api: responses,
  handle: ({ backend, exchange, active, bodyLimitBytes }) => [
    ...jsonBody(bodyLimitBytes),
    async (req, res) => {
      const record = recordOf(res);
      const { request } = await exchange.parse(responses, req.body, record);
      const [conversation] = request.conversations;
      if (conversation === undefined) throw new HarnessError('INTERNAL', 'A request without a conversation.');
      const { client } = record;
      const turn = { ...request.options, model: request.model, ...(client !== undefined && { client }) };
      const { inputTokens, estimated } = await backend.countTokens(conversation, turn, trackConnection(res, active));
      if (estimated !== undefined) record.warnings.push(estimated);
      setAnswerHeaders(res, record);
      res.json({ object: 'response.input_tokens', input_tokens: inputTokens });
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
