import { messages } from '../../dialect/anthropic-messages/endpoint.ts';
import { readBetas } from '../../dialect/anthropic-messages/betas.ts';
import { fromCountRequest } from '../../dialect/anthropic-messages/request.ts';
import { setAnswerHeaders } from '../answer-headers.ts';
import { jsonBody } from '../middleware/json-body.ts';
import { recordOf } from '../record-of.ts';
import { trackConnection } from '../track-connection.ts';
import { everyBase, type Route } from './route.ts';

/** `POST /v1/messages/count_tokens`; costs no model call. */
export const countTokensRoute: Route = {
  method: 'post',
  path: '/v1/messages/count_tokens',
  bases: everyBase,
  api: messages,
  handle: ({ backend, active, settings, bodyLimitBytes }) => [
    ...jsonBody(bodyLimitBytes),
    async (req, res) => {
      const record = recordOf(res);
      const { client } = record;
      const { conversation, model, options } = fromCountRequest(req.body, settings);
      const betas = readBetas(req.get('anthropic-beta'));
      const turn = { ...options, model, ...betas, ...(client !== undefined && { client }) };
      const { inputTokens, estimated } = await backend.countTokens(conversation, turn, trackConnection(res, active));
      if (estimated !== undefined) record.warnings.push(estimated);
      setAnswerHeaders(res, record);
      res.json({ input_tokens: inputTokens });
    },
  ],
  describe: async () => (await import('../openapi/count-tokens-operation.ts')).countTokensOperation,
};
