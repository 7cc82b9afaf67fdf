import { describe, expect, it } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { Agent } from '../../../src/core/sessions.ts';
import { checkResumed, chooseAgent, fromQueryBody, toOverrides } from '../../../src/dialect/aicore-query/request.ts';
import { profileOf } from '../../support/agents/profile.ts';

const home = { type: 'http', url: 'https://home.example/mcp', headers: {} } as const;
const profile = profileOf({ mcpServers: { home, 'a-b': home }, maxTurns: 50 });
const overridesOf = (options: object, of: AgentProfile = profile) =>
  toOverrides(fromQueryBody({ prompt: 'Hi', options }), of, undefined);
const agentOf = (name: string): Agent => ({ profile: profileOf({ name }), version: 1, createdAt: 0, updatedAt: 0 });

describe('options', () => {
  it('make less of the agent', () => {
    const options = {
      ...{ model: 'opus', permission_mode: 'dontAsk', max_turns: 5, system_prompt: 'Be brief.' },
      ...{ allowed_tools: ['Bash', 'read', 'mcp__home'], disallowed_tools: ['Read', 'WebFetch'] },
    };
    expect(overridesOf(options)).toEqual({
      ...{ model: 'opus', permissionMode: 'dontAsk', maxTurns: 5, system: 'Be brief.' },
      ...{ tools: [{ tool: 'bash' }], mcpServers: ['home'] },
    });
    expect(overridesOf({ disallowed_tools: ['mcp__a-b', 'Task'] })).toEqual({
      tools: [{ tool: 'bash' }, { tool: 'read' }, { tool: 'edit' }],
      mcpServers: ['home'],
    });
    expect(overridesOf({ allowed_tools: [] })).toEqual({ tools: [], mcpServers: [] });
    expect(overridesOf({ model: null, max_turns: null, resume: null })).toEqual({});
  });

  it.each([
    [{ max_turns: 51 }, 'options.max_turns'],
    [{ max_turns: 0 }, 'options.max_turns'],
    [{ permission_mode: 'acceptEdits' }, 'options.permission_mode'],
    [{ permission_mode: 'bypassPermissions' }, 'options.permission_mode'],
    [{ allowed_tools: ['Bash', 'WebFetch'] }, 'options.allowed_tools'],
    [{ allowed_tools: ['mcp__other'] }, 'options.allowed_tools'],
    [{ allowed_tools: ['Bash(git *)'] }, 'options.allowed_tools.0'],
    [{ disallowed_tools: ['Bsh'] }, 'options.disallowed_tools.0'],
    [{ disallowed_tools: ['mcp__home__lamp'] }, 'options.disallowed_tools.0'],
    [{ model: '--resume' }, 'options.model'],
    [{ mcp_servers: {} }, 'options.mcp_servers'],
    [{ session_id: 'a' }, 'options.session_id'],
    [{ add_dirs: ['/'] }, 'options.add_dirs'],
    [{ cwd: 5 }, 'options.cwd'],
  ])('%j are refused', (options, param) => {
    expect(() => overridesOf(options)).toThrow(expect.objectContaining({ facts: { param } }) as Error);
  });

  it('never loosen the mode', () => {
    const allowed = (permissionMode: AgentProfile['permissionMode']) =>
      ['default', 'acceptEdits', 'plan', 'dontAsk'].filter((permission_mode) => {
        try {
          overridesOf({ permission_mode }, { ...profile, permissionMode });
          return true;
        } catch {
          return false;
        }
      });
    expect(allowed('acceptEdits')).toEqual(['default', 'acceptEdits', 'plan', 'dontAsk']);
    expect(allowed('default')).toEqual(['default', 'plan', 'dontAsk']);
    expect(allowed('plan')).toEqual(['plan']);
    expect(allowed('dontAsk')).toEqual(['dontAsk']);
  });

  it('give the system prompt once', () => {
    const body = { prompt: 'Hi', system_prompt: 'A', options: { system_prompt: 'B' } };
    expect(() => fromQueryBody(body)).toThrow('options.system_prompt: It is given twice');
  });

  it('of a session that is gone on with are those that it has', () => {
    const session = { overrides: { model: 'opus', maxTurns: 5 } };
    expect(() => {
      checkResumed(session, { model: 'opus' });
    }).not.toThrow();
    for (const [asked, name] of [
      [{ model: 'haiku' }, 'model'],
      [{ permissionMode: 'plan' }, 'permission_mode'],
    ] as const) {
      expect(() => {
        checkResumed(session, asked);
      }).toThrow(`options.${name}: The session was created with another ${name}`);
    }
  });
});

describe('the agent', () => {
  const choose = (names: string[], options: object = {}, inAddress?: string) =>
    chooseAgent(names.map(agentOf), fromQueryBody({ prompt: 'Hi', options }), inAddress)?.profile.name;

  it('is the only one, or the one that is named', () => {
    expect(choose(['a'])).toBe('a');
    expect(choose([])).toBeUndefined();
    expect(choose(['a', 'b'], { agent: 'b' })).toBe('b');
    expect(choose(['a', 'b'], {}, 'b')).toBe('b');
  });

  it('is asked for where several are possible', () => {
    for (const [options, inAddress] of [[{}], [{ agent: 'c' }], [{}, 'c']] as const) {
      expect(() => choose(['a', 'b'], options, inAddress)).toThrow('options.agent: Input should be one of');
    }
    expect(() => choose(['a', 'b'])).toThrow('a, b');
    expect(() => choose(['a', 'b'], { agent: 'a' }, 'b')).toThrow('The address names another agent');
  });
});
