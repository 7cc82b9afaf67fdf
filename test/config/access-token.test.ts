import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { cachePolicies } from '../../src/config/sections/cache.ts';
import { load, problemsOf } from './config-folder.ts';

const hash = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;

const tokensOf = (tokens: unknown[]) => configSchema.parse({ server: { tokens } }).server.tokens;
const problems = (text: string) => problemsOf(() => load({ env: { CLAUDE_HARNESS_SERVER__TOKENS: text } }));

describe('an accepted token', () => {
  it('is a client’s where it is a hash alone, and where no role is named', () => {
    expect(tokensOf([hash, { hash: other, name: 'Küche' }])).toEqual([
      { hash, role: 'client' },
      { hash: other, name: 'Küche', role: 'client' },
    ]);
  });

  it.each(['owner', 'viewer', 'client'] as const)('may be of the role %s', (role) => {
    expect(tokensOf([{ hash, role }])).toEqual([{ hash, role }]);
  });

  it('may have a cache of its own', () => {
    const tokens = tokensOf([
      { hash, cache: { ttl: '10m', tools: true } },
      { hash: other, cache: { ttl: '0' } },
    ]);
    expect(tokens.map(({ cache }) => cache)).toEqual([{ ttlMs: 600_000, tools: true }, { ttlMs: 0 }]);
    const policyOf = cachePolicies({ ttl: 5000, tools: false }, tokens);
    expect([policyOf(hash), policyOf(other), policyOf(undefined)]).toEqual([
      { ttlMs: 600_000, tools: true },
      { ttlMs: 0, tools: false },
      { ttlMs: 5000, tools: false },
    ]);
  });

  it('may have a budget, and be served from the reserve', () => {
    const budget = { tokens_per_day: '1000', cost_per_week: '2.5', five_hour_share: '30%', seven_day_share: 0.5 };
    expect(tokensOf([{ hash, budget, uses_reserve: true }])).toEqual([
      {
        ...{ hash, role: 'client', uses_reserve: true },
        budget: { tokens_per_day: 1000, cost_per_week: 2.5, five_hour_share: 0.3, seven_day_share: 0.5 },
      },
    ]);
  });

  it.each([
    [
      'a budget of nothing',
      `[{hash: "${hash}", budget: {tokens_per_day: 0}}]`,
      'server.tokens[0].budget.tokens_per_day: expected a whole number from 1',
    ],
    [
      'more than the whole plan',
      `[{hash: "${hash}", budget: {five_hour_share: 110%}}]`,
      'server.tokens[0].budget.five_hour_share: expected a share such as 10% or 0.1',
    ],
    ['an unknown budget', `[{hash: "${hash}", budget: {tokens: 1}}]`, 'expected only tokens_per_day, tokens_per_week'],
    ['a wrong hash', '[oops]', 'server.tokens[0]: expected sha256: followed by 64 lowercase hex digits'],
    ['a wrong hash beside a name', `[{hash: oops, name: a}]`, 'server.tokens[0].hash: expected sha256: followed by'],
    ['no hash', '[{name: a}]', 'server.tokens[0].hash: expected sha256:'],
    ['an unknown role', `[{hash: "${hash}", role: admin}]`, 'server.tokens[0].role: expected one of owner, viewer'],
    ['an unknown key', `[{hash: "${hash}", nam: a}]`, 'expected only hash, name, role, cache, budget and uses_reserve'],
    ['a cache that is none', `[{hash: "${hash}", cache: 5m}]`, 'server.tokens[0].cache: expected an object with ttl'],
    ['an empty name', `[{hash: "${hash}", name: ""}]`, 'server.tokens[0].name: expected a name of 1 to 64 characters'],
    ['the name of one without', `[{hash: "${hash}", name: token 2}]`, 'server.tokens[0].name: expected a name of 1'],
    [
      'a name that another has',
      `[{hash: "${hash}", name: a}, {hash: "${other}", name: a}]`,
      'server.tokens[1].name: expected a name of its own',
    ],
    ['nothing', '[null]', 'server.tokens[0]: expected sha256:'],
  ])('with %s is refused', (_, text, expected) => {
    const [problem = '', ...others] = problems(text);
    expect(others).toEqual([]);
    expect(problem).toContain(expected);
    expect(problem).not.toContain('oops');
  });
});
