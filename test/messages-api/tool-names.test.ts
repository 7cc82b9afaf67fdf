import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientNames, modelNames, toCliName, toOwnName, withToolNames } from '../../src/messages-api/tool-names.ts';
import { tool } from '../turn/scripted.ts';

const long = 'n'.repeat(64);

describe('toCliName', () => {
  it.each(['get_weather', 'Bash', 'StructuredOutput', 'mcp__client__get_weather', '-', 'n'.repeat(51)])(
    'puts the prefix before %s, so that it is none of the CLI’s own',
    (name) => {
      expect(toCliName(name)).toBe(`mcp__client__${name}`);
    },
  );

  it.each([52, 64])('keeps a name of %i characters within the 64 that the API takes', (length) => {
    const name = toCliName('n'.repeat(length));
    expect(name).toMatch(/^mcp__client__n{42}_[0-9a-f]{8}$/);
    expect(name).toHaveLength(64);
  });

  it('gives a long name the same short one in every request, since the history repeats it', () => {
    const hash = createHash('sha256').update(long).digest('hex').slice(0, 8);
    expect(toCliName(long)).toBe(`mcp__client__${'n'.repeat(42)}_${hash}`);
  });

  it('tells long names apart that differ at their end only', () => {
    expect(toCliName(`${long.slice(1)}a`)).not.toBe(toCliName(`${long.slice(1)}b`));
  });
});

describe('toOwnName', () => {
  it.each(['get_weather', 'Bash', 'mcp__client__f', 'n'.repeat(64)])('leaves %s as it is', (name) => {
    expect(toOwnName(name)).toBe(name);
  });

  it('keeps a longer name within the 64 that the API takes, and finds the way back', () => {
    const name = 'n'.repeat(128);
    expect(toOwnName(name)).toMatch(/^n{55}_[0-9a-f]{8}$/);
    expect(clientNames([tool(name)], toOwnName)(toOwnName(name))).toBe(name);
  });

  it('tells a tool of the client’s from the one that structured output comes through', () => {
    const name = 'StructuredOutput';
    expect(toOwnName(name)).not.toBe(name);
    expect(clientNames([tool(name)], toOwnName)(toOwnName(name))).toBe(name);
  });
});

describe('modelNames', () => {
  const bash = { name: 'bash', definition: { type: 'bash_20250124', name: 'bash' }, index: 0 };
  const several = { definition: { type: 'mcp_toolset' }, index: 1 };

  it('leaves tools of the API’s own their names, and gives the client’s theirs', () => {
    const toModelName = modelNames({ apiTools: [bash, several] }, toCliName);
    expect(toModelName('bash')).toBe('bash');
    expect(toModelName('clock')).toBe('mcp__client__clock');
    expect(modelNames({}, toCliName)('bash')).toBe('mcp__client__bash');
  });

  it('has a way back for both', () => {
    const toClientName = clientNames([tool('clock')], toCliName, [bash, several]);
    expect(['bash', 'mcp__client__clock'].map(toClientName)).toEqual(['bash', 'clock']);
  });
});

describe('withToolNames', () => {
  const toName = (name: string) => `mcp__${name}`;
  const reference = (name: string) => ({ type: 'tool_reference', tool_name: name });
  const found = (name: unknown) => ({
    type: 'tool_search_tool_result',
    content: { type: 'tool_search_tool_search_result', tool_references: [name] },
  });

  it.each([
    [reference('f'), reference('mcp__f')],
    [found(reference('f')), found(reference('mcp__f'))],
    [found('f'), found('f')],
    [{ type: 'tool_reference' }, { type: 'tool_reference' }],
    [
      { type: 'tool_search_tool_result', content: null },
      { type: 'tool_search_tool_result', content: null },
    ],
    [
      { type: 'server_tool_use', input: reference('f') },
      { type: 'server_tool_use', input: reference('f') },
    ],
  ])('gives references to tools their names: %j', (block, expected) => {
    expect(withToolNames(block, toName)).toEqual(expected);
  });
});

describe('clientNames', () => {
  const offered = ['get_weather', 'Bash', 'mcp__client__get_weather', 'n'.repeat(51), long];
  const toClientName = clientNames(
    offered.map((name) => tool(name)),
    toCliName,
  );

  it.each(offered)('finds the way back to %s', (name) => {
    expect(toClientName(toCliName(name))).toBe(name);
  });

  it.each([
    ['mcp__client__made_up', 'made_up'],
    ['made_up', 'made_up'],
    ['mcp__other__f', 'mcp__other__f'],
    ['get_weather', 'get_weather'],
  ])('gives %s, which nobody offered, as %s', (modelName, name) => {
    expect(toClientName(modelName)).toBe(name);
  });

  it('takes the prefix off where no tool is offered at all', () => {
    expect(clientNames([], toCliName)('mcp__client__f')).toBe('f');
  });
});
