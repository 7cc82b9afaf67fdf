import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/core/sessions.ts';
import { describeQuestion, summarize } from '../../../src/feature/question-notices/describe-question.ts';
import { questionOf } from './question.ts';

const summaryOf = (changes: Partial<Question>, maxChars = 300) =>
  summarize(describeQuestion(questionOf(changes), maxChars));

describe('the summary of a question', () => {
  it.each<[string, Partial<Question>]>([
    ['tidy asks to use bash: rm -r old', {}],
    [
      'tidy asks to use write: /srv/a.txt',
      { tool: { kind: 'builtin', name: 'write' }, input: { content: 'secret', file_path: '/srv/a.txt' } },
    ],
    ['tidy asks to use todo', { tool: { kind: 'builtin', name: 'todo' }, input: { content: 'secret' } }],
    [
      'tidy asks to use lamp of home',
      { tool: { kind: 'mcp', server: 'home', name: 'lamp' }, input: { command: 'secret' } },
    ],
  ])('is %s', (expected, changes) => {
    expect(summaryOf(changes)).toBe(expected);
  });

  it('says how much of a long command it leaves out, and splits no character', () => {
    expect(summaryOf({ input: { command: '😀'.repeat(7) } }, 5)).toContain(': 😀😀😀😀😀… (2 more characters)');
  });

  it('shows a command on one line, in the order in which it runs', () => {
    expect(summaryOf({ input: { command: 'ls\nrm a\u202e\u0000b\u2028c' } })).toContain(': ls rm a  b c');
  });
});
