import { describe, expect, it } from 'vitest';
import { initializeRequestId, promptSetup, setupLines, type TurnSetup } from '../../../src/cli/turn/setup.ts';

interface Line {
  type: string;
  request_id: string;
  request: {
    subtype: string;
    settings?: { effortLevel?: string; env?: Record<string, string> };
    max_thinking_tokens?: number;
  };
}

const plain: TurnSetup = { system: [], thinking: undefined, body: {} };
const linesOf = (changes: Partial<TurnSetup>) => setupLines({ ...plain, ...changes }) as Line[];
const subtypesOf = (lines: Line[]) => lines.map(({ request }) => request.subtype);

describe('promptSetup', () => {
  it('has settings that change nothing, for a process that gets it ahead of its request', () => {
    const { lines, ahead } = promptSetup(['Be brief.'], undefined);
    expect(lines).toMatchObject([{ request: { subtype: 'initialize', systemPrompt: ['Be brief.'] } }]);
    expect(ahead).toMatchObject([
      { request: { subtype: 'apply_flag_settings', settings: { env: { CLAUDE_CODE_EXTRA_BODY: '' } } } },
    ]);
  });
});

describe('setupLines', () => {
  it('sends the system prompts alone when nothing else is asked for', () => {
    expect(linesOf({ system: ['Be brief.', 'Be kind.'] })).toEqual([
      {
        type: 'control_request',
        request_id: initializeRequestId,
        request: { subtype: 'initialize', systemPrompt: ['Be brief.', 'Be kind.'] },
      },
    ]);
  });

  it('sends an empty system prompt where there is none, so that the CLI does not send its own', () => {
    expect(linesOf({})[0]?.request).toEqual({ subtype: 'initialize', systemPrompt: [] });
  });

  it('sends the token limit as text, since it is an environment variable to the CLI', () => {
    const lines = linesOf({ maxTokens: 256 });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings']);
    expect(lines[1]?.request.settings).toEqual({ env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '256' } });
  });

  it('sends what the request adds to the API’s as JSON text in one variable', () => {
    const body = { tools: [{ name: 'mcp__client__f' }], stop_sequences: ['END'] };
    const lines = linesOf({ body });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings']);
    const env = lines[1]?.request.settings?.env ?? {};
    expect(Object.keys(env)).toEqual(['CLAUDE_CODE_EXTRA_BODY']);
    expect(JSON.parse(env['CLAUDE_CODE_EXTRA_BODY'] ?? '')).toEqual(body);
  });

  it('sends effort and budget when thinking is asked for', () => {
    const lines = linesOf({ thinking: { effortLevel: 'medium', budget: 10_000 } });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings', 'set_max_thinking_tokens']);
    expect(lines[1]?.request.settings).toEqual({ effortLevel: 'medium' });
    expect(lines[2]?.request.max_thinking_tokens).toBe(10_000);
  });

  it('sends a budget without an effort, and an effort without a budget, alone', () => {
    expect(subtypesOf(linesOf({ thinking: { budget: 2000 } }))).toEqual(['initialize', 'set_max_thinking_tokens']);
    const lines = linesOf({ thinking: { effortLevel: 'low', budget: 0 } });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings']);
    expect(lines[1]?.request.settings).toEqual({ effortLevel: 'low' });
  });

  it('sends effort, token limit and additions in one line', () => {
    const lines = linesOf({ thinking: { effortLevel: 'low', budget: 4096 }, maxTokens: 8000, body: { a: 1 } });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings', 'set_max_thinking_tokens']);
    expect(lines[1]?.request.settings).toEqual({
      effortLevel: 'low',
      env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '8000', CLAUDE_CODE_EXTRA_BODY: '{"a":1}' },
    });
  });

  it('gives every line an id of its own', () => {
    const lines = linesOf({ thinking: { effortLevel: 'high', budget: 24_000 }, maxTokens: 50_000 });
    expect(new Set(lines.map((line) => line.request_id)).size).toBe(3);
    expect(lines[0]?.request_id).toBe(initializeRequestId);
  });
});
