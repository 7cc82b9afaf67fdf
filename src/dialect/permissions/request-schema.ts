import type { z } from 'zod';
import { anyObject } from '../anthropic-shared/any-object.ts';
import { fields } from '../anthropic-shared/read-request.ts';
import { flag, object, text } from '../anthropic-shared/schema-errors.ts';

/** What clients say to a request for permission. */
export const respondBody = fields({
  allowed: flag,
  message: text.nullable().meta({ description: 'Why not, for the agent. The harness’s own.' }).exactOptional(),
  for_session: flag
    .meta({ description: 'Also allows such calls for the rest of the session. The harness’s own.' })
    .exactOptional(),
})
  .refine(({ allowed, message }) => message == null || !allowed, {
    path: ['message'],
    error: 'Only allowed when allowed is false',
  })
  .refine(({ allowed, for_session: forSession }) => forSession !== true || allowed, {
    path: ['for_session'],
    error: 'Only allowed when allowed is true',
  });

export type RespondBody = z.infer<typeof respondBody>;

const id = text.nullable().exactOptional();

/** What a permission tool of an MCP server asks. What the call is, its request says. */
export const checkBody = fields({
  tool_name: text,
  input: object.meta({ wire: anyObject }),
  tool_use_id: id.meta({ description: 'The id of the event of the call.' }),
  permissionId: id.meta({ description: 'The id of the request, which is the same; it comes first.' }),
});

export type CheckBody = z.infer<typeof checkBody>;
