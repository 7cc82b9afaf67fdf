import { describe, expect, it } from 'vitest';
import { chatArguments } from '../../src/cli/arguments.ts';

describe('chatArguments', () => {
  const args = chatArguments('haiku');
  const valueOf = (flag: string) => args[args.indexOf(flag) + 1];

  it('speaks JSON lines both ways, with partial messages', () => {
    expect(args[0]).toBe('-p');
    expect([valueOf('--input-format'), valueOf('--output-format')]).toEqual(['stream-json', 'stream-json']);
    expect(args).toEqual(expect.arrayContaining(['--include-partial-messages', '--verbose']));
  });

  it("keeps the operator's settings, tools and servers out", () => {
    expect([valueOf('--setting-sources'), valueOf('--tools')]).toEqual(['', '']);
    expect(args).toEqual(
      expect.arrayContaining(['--strict-mcp-config', '--disable-slash-commands', '--no-session-persistence']),
    );
  });

  it('lets the CLI ask the API once, so that it never answers a call in the client’s place', () => {
    expect(valueOf('--max-turns')).toBe('1');
  });

  it('names the model, and nothing else that depends on the request', () => {
    expect(valueOf('--model')).toBe('haiku');
    expect(chatArguments('opus').filter((arg) => !args.includes(arg))).toEqual(['opus']);
  });

  it('gives no permission to do anything', () => {
    expect(args.join(' ')).not.toMatch(/dangerously|allow|permission/);
  });
});
