import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { agentProfiles } from '../../src/config/agents/agent-profiles.ts';
import { configSchema } from '../../src/config/schema.ts';

const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8');
const configurations = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);

it('shows configurations', () => {
  expect(configurations.length).toBeGreaterThan(1);
});

it.each(configurations)('shows a configuration that is valid: %s', (yaml) => {
  expect(agentProfiles(configSchema.parse(parse(yaml)))).toHaveLength(1);
});
