import { expect, it } from 'vitest';
import { ClientTools } from '../../src/agent/client-tools.ts';

const tool = { name: 'look', description: 'Looks', inputSchema: { type: 'object' } };
const callOf = (id: number, meta?: object) => ({
  ...{ id, method: 'tools/call' },
  params: { name: 'look', arguments: { q: id }, ...(meta && { _meta: meta }) },
});
const ok = { content: [{ type: 'text', text: 'x' }], isError: false };

it('the tools are offered as such that may be called side by side', () => {
  expect(new ClientTools([tool]).receive('r', { id: 1, method: 'tools/list' })).toEqual({
    type: 'reply',
    response: {
      mcp_response: { jsonrpc: '2.0', id: 1, result: { tools: [{ ...tool, annotations: { readOnlyHint: true } }] } },
    },
  });
});

it('a call is known by the id of the model’s own, and answered once', () => {
  const tools = new ClientTools([tool]);
  const call = { callId: 'toolu_1', name: 'look', input: { q: 5 } };
  expect(tools.receive('r', callOf(5, { 'claudecode/toolUseId': 'toolu_1' }))).toEqual({ type: 'call', call });
  expect(tools.callIds).toHaveLength(1);
  expect(tools.answer('toolu_1', ok)).toEqual({
    requestId: 'r',
    response: { mcp_response: { jsonrpc: '2.0', id: 5, result: ok } },
  });
  expect(tools.answer('toolu_1', ok)).toBeUndefined();
});

it('images and other blocks arrive in a form that the CLI takes', () => {
  const tools = new ClientTools([tool]);
  tools.receive('r', callOf(5, { 'claudecode/toolUseId': 'toolu_1' }));
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } };
  const other = { type: 'document', title: 'T' };
  expect(tools.answer('toolu_1', { content: [image, other], isError: true })?.response).toMatchObject({
    mcp_response: {
      result: {
        content: [
          { type: 'image', data: 'AA==', mimeType: 'image/png' },
          { type: 'text', text: JSON.stringify(other) },
        ],
        isError: true,
      },
    },
  });
});

it('a call that is cancelled, or whose turn is over, is answered no more', () => {
  const tools = new ClientTools([tool]);
  for (const id of [1, 2]) tools.receive(`r${id}`, callOf(id, { 'claudecode/toolUseId': `toolu_${id}` }));
  tools.receive('r3', { method: 'notifications/cancelled', params: { requestId: 1 } });
  expect([tools.answer('toolu_1', ok), tools.callIds.length]).toEqual([undefined, 1]);
  tools.close();
  expect(tools.answer('toolu_2', ok)).toBeUndefined();
});
