import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { joinSystemMessages } from '../../../src/messages-api/system-messages.ts';
import { anyConversation, piecesOf } from './any-conversation.ts';
import { anyTools } from './any-tools.ts';
import { nearlyValidBody } from './nearly-valid-body.ts';
import { chatBody, read, readMessages } from './read-chat.ts';

function errorOf(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** What stands at a path such as `tools[0].function.parameters`. */
function valueAt(body: unknown, path: string): unknown {
  const steps = path.split(/[.[\]]+/);
  return steps.reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], body);
}

describe('fromChatRequest, whatever comes in', () => {
  it('keeps every text, call and result of a valid conversation, in order, and keeps the promises of its type', () => {
    fc.assert(
      fc.property(anyConversation, (stretches) => {
        const conversation = readMessages(...stretches.flatMap(({ messages }) => messages));
        expect(piecesOf(conversation)).toEqual(stretches.flatMap(({ content }) => content));
        expect(joinSystemMessages(conversation).system).toEqual(stretches.flatMap(({ system }) => system));

        const roles = conversation.messages.map(({ role }) => role);
        expect(roles.filter((role) => role !== 'system').at(-1)).toBe('user');
        expect(roles.every((role, index) => role !== 'system' || roles[index - 1] === 'user')).toBe(true);
        expect(roles.some((role, index) => role === roles[index + 1])).toBe(false);
        expect(conversation.messages.every(({ content }) => content.length > 0)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives each call and its result one id of their own', () => {
    fc.assert(
      fc.property(anyConversation, (stretches) => {
        const { messages } = readMessages(...stretches.flatMap((stretch) => stretch.messages));
        const blocks = messages.flatMap(
          ({ content }): { type: string; id?: string; tool_use_id?: string }[] => content,
        );
        const called = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
        const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
        expect(new Set(called).size).toBe(called.length);
        expect(answered.sort()).toEqual(called.sort());
      }),
      { numRuns: 200 },
    );
  });

  it('offers the tools that were chosen, as they are, beside the same conversation', () => {
    fc.assert(
      fc.property(anyConversation, anyTools, (stretches, { fields, offered, toolChoice }) => {
        const body = chatBody(...stretches.flatMap(({ messages }) => messages));
        const request = read({ ...body, ...fields });
        const { tools = [], ...conversation } = request.conversation;
        expect(conversation).toEqual(read(body).conversation);
        expect(tools.map(({ name, description, inputSchema }) => [name, description, inputSchema])).toEqual(
          offered.map(({ name, description, parameters }) => [name, description, parameters]),
        );
        expect(request.options.toolChoice).toEqual(offered.length > 0 ? toolChoice : undefined);
        for (const { field, inputSchema } of tools) expect(valueAt(fields, field)).toEqual(inputSchema);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['any JSON', fc.jsonValue()],
    ['a nearly valid body', nearlyValidBody],
  ])('reads %s or says what is wrong with it', (_, bodies) => {
    fc.assert(
      fc.property(bodies, fc.constantFrom('ignore' as const, 'reject' as const), (body: unknown, policy) => {
        const error = errorOf(() => read(body, policy));
        if (error === undefined) return;
        expect(error).toBeInstanceOf(HarnessError);
        const { code, message, facts } = error as HarnessError;
        expect(['INVALID_REQUEST', 'UNSUPPORTED_PARAMETER']).toContain(code);
        // Who sent the field finds its name first.
        if (code === 'INVALID_REQUEST') expect(message.startsWith(`${facts.param ?? 'The request body'} `)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
