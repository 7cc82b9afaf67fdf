import { describe, expect, it } from 'vitest';
import type { Effort } from '../../src/core/run-turn.ts';
import { initializeRequestId, setupLines } from '../../src/turn/setup.ts';

interface Line {
  type: string;
  request_id: string;
  request: { subtype: string; settings?: { effortLevel?: string; env?: object }; max_thinking_tokens?: number };
}

const linesOf = (setup: Parameters<typeof setupLines>[0]) => setupLines(setup) as Line[];
const subtypesOf = (lines: Line[]) => lines.map(({ request }) => request.subtype);
const budgetOf = (effort: Effort, maxTokens?: number) =>
  linesOf({ system: [], effort, ...(maxTokens !== undefined && { maxTokens }) }).find(
    ({ request }) => request.subtype === 'set_max_thinking_tokens',
  )?.request.max_thinking_tokens;

describe('setupLines', () => {
  it('sends the system prompts alone when nothing else is asked for', () => {
    expect(setupLines({ system: ['Be brief.', 'Be kind.'], effort: 'none' })).toEqual([
      {
        type: 'control_request',
        request_id: initializeRequestId,
        request: { subtype: 'initialize', systemPrompt: ['Be brief.', 'Be kind.'] },
      },
    ]);
  });

  it('sends an empty system prompt where there is none, so that the CLI does not send its own', () => {
    expect(linesOf({ system: [], effort: 'none' })[0]?.request).toEqual({ subtype: 'initialize', systemPrompt: [] });
  });

  it('sends the token limit as text, since it is an environment variable to the CLI', () => {
    const lines = linesOf({ system: [], effort: 'none', maxTokens: 256 });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings']);
    expect(lines[1]?.request.settings).toEqual({ env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '256' } });
  });

  it('sends effort and budget when thinking is asked for', () => {
    const lines = linesOf({ system: [], effort: 'medium' });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings', 'set_max_thinking_tokens']);
    expect(lines[1]?.request.settings).toEqual({ effortLevel: 'medium' });
    expect(lines[2]?.request.max_thinking_tokens).toBe(10_000);
  });

  it('sends effort and token limit in one line', () => {
    const lines = linesOf({ system: [], effort: 'low', maxTokens: 8000 });
    expect(lines[1]?.request.settings).toEqual({
      effortLevel: 'low',
      env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '8000' },
    });
  });

  it('gives every line an id of its own', () => {
    const ids = linesOf({ system: [], effort: 'high', maxTokens: 50_000 }).map((line) => line.request_id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(initializeRequestId);
  });

  it.each<[Effort, number | undefined]>([
    ['none', undefined],
    ['minimal', 1024],
    ['low', 4096],
    ['medium', 10_000],
    ['high', 24_000],
    ['xhigh', 31_999],
  ])('lets effort %s think with %s tokens', (effort, budget) => {
    expect(budgetOf(effort)).toBe(budget);
  });

  it.each<[Effort, number, number | undefined]>([
    ['xhigh', 100_000, 31_999],
    ['high', 10_000, 8000],
    // The API takes no budget below 1024.
    ['minimal', 1280, 1024],
    ['minimal', 1279, undefined],
    ['xhigh', 100, undefined],
  ])('keeps a fifth of the limit for the answer: %s within %i thinks with %s', (effort, maxTokens, budget) => {
    expect(budgetOf(effort, maxTokens)).toBe(budget);
  });

  it('asks for no effort either where the limit leaves no room to think', () => {
    const lines = linesOf({ system: [], effort: 'high', maxTokens: 500 });
    expect(subtypesOf(lines)).toEqual(['initialize', 'apply_flag_settings']);
    expect(lines[1]?.request.settings).toEqual({ env: { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '500' } });
  });
});
