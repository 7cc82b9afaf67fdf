import { describe, expect, it } from 'vitest';
import { describeCall, describeInput } from '../../../src/command/agent/describe-call.ts';

describe('describeCall', () => {
  it('shows a command whole', () => {
    expect(describeCall('bash', { command: 'cd /srv\nrm -r x' })).toBe('bash: cd /srv\nrm -r x');
  });

  it('shows all else that a call is made with', () => {
    const input = { command: 'ls', dangerouslyDisableSandbox: true, description: 'tidy' };
    expect(describeCall('bash', input)).toBe('bash: ls\n  dangerouslyDisableSandbox: true\n  description: "tidy"');
    expect(describeCall('edit', { file_path: '/a', old_string: 'x', new_string: 'y', replace_all: true })).toBe(
      'edit: /a\n- x\n+ y\n  replace_all: true',
    );
  });

  it('shows what an edit takes away and what it puts there', () => {
    const input = { file_path: '/srv/a.txt', old_string: 'one\ntwo', new_string: 'three\n' };
    expect(describeCall('edit', input)).toBe('edit: /srv/a.txt\n- one\n- two\n+ three');
  });

  it('shows all of a file that is written', () => {
    expect(describeCall('write', { file_path: '/srv/a.txt', content: 'a\n\nb' })).toBe(
      'write: /srv/a.txt\n+ a\n+ \n+ b',
    );
  });

  it('shows any other input as it is', () => {
    expect(describeCall('ask_user_question', { questions: ['Which?'] })).toBe(
      'ask_user_question: {\n  "questions": [\n    "Which?"\n  ]\n}',
    );
  });
});

describe('describeInput', () => {
  it('is the command, the path, or the start of the input', () => {
    expect(describeInput({ command: 'ls' })).toBe('ls');
    expect(describeInput({ file_path: '/srv/a', content: 'x' })).toBe('/srv/a');
    expect(describeInput({ url: 'http://a.example' })).toBe('{"url":"http://a.example"}');
    expect(describeInput({ text: 'x'.repeat(1000) })).toHaveLength(301);
  });
});
