import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { registration } from './registration.ts';

const text = readFileSync(new URL('../../providers.example.yaml', import.meta.url), 'utf8');
const examples = text
  .split(/^---\n/m)
  .map((document) => ({ document, title: /^# (\d\. .*?[.:])/m.exec(document)?.[1] }));

it('providers.example.yaml has every shape', () => {
  expect(examples).toHaveLength(6);
});

describe.each(examples)('providers.example.yaml, $title', ({ document }) => {
  const disable = document.includes('switched off by claude-harness') ? 'openrouter' : undefined;
  const without = planUnregister(document, 'claude-harness');
  const before = without.kind === 'change' ? without.after : '';

  it('has the entry that register adds', () => {
    expect(before).not.toMatch(/8013|switched off by claude-harness/);
    expect(planRegister(before, registration({ disable }))).toMatchObject({ kind: 'change', after: document });
  });

  it('is unchanged by a second run', () => {
    expect(planRegister(document, registration({ disable }))).toMatchObject({ kind: 'unchanged' });
  });
});
