import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientNames, toModelName } from '../../src/turn/tool-names.ts';
import { tool } from './scripted.ts';

const long = 'n'.repeat(64);

describe('toModelName', () => {
  it.each(['get_weather', 'Bash', 'StructuredOutput', 'mcp__client__get_weather', '-', 'n'.repeat(51)])(
    'puts the prefix before %s, so that it is none of the CLI’s own',
    (name) => {
      expect(toModelName(name)).toBe(`mcp__client__${name}`);
    },
  );

  it.each([52, 64])('keeps a name of %i characters within the 64 that the API takes', (length) => {
    const name = toModelName('n'.repeat(length));
    expect(name).toMatch(/^mcp__client__n{42}_[0-9a-f]{8}$/);
    expect(name).toHaveLength(64);
  });

  it('gives a long name the same short one in every request, since the history repeats it', () => {
    const hash = createHash('sha256').update(long).digest('hex').slice(0, 8);
    expect(toModelName(long)).toBe(`mcp__client__${'n'.repeat(42)}_${hash}`);
  });

  it('tells long names apart that differ at their end only', () => {
    expect(toModelName(`${long.slice(1)}a`)).not.toBe(toModelName(`${long.slice(1)}b`));
  });
});

describe('clientNames', () => {
  const offered = ['get_weather', 'Bash', 'mcp__client__get_weather', 'n'.repeat(51), long];
  const toClientName = clientNames(offered.map((name) => tool(name)));

  it.each(offered)('finds the way back to %s', (name) => {
    expect(toClientName(toModelName(name))).toBe(name);
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
    expect(clientNames([])('mcp__client__f')).toBe('f');
  });
});
