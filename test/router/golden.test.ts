import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Registration } from '../../src/router/registration.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { goldenFiles } from './golden-files.ts';
import { registration } from './registration.ts';

/** What is asked for besides an entry of two models; `golden/NAME.after.txt` is what becomes of the file. */
const asked: Partial<Record<string, Partial<Registration>>> = {
  litellm: { disable: 'anthropic' },
  'litellm-no-model-list': { needsToken: true },
  'providers-map': { disable: 'anthropic', needsToken: true },
  'providers-anchors': { disable: 'anthropic', priority: 3 },
  librechat: { disable: 'OpenRouter', needsToken: true },
  continue: { needsToken: true },
  olla: { needsToken: true },
  'llama-swap-peers': { needsToken: true },
  agentgateway: { needsToken: true },
  plano: { needsToken: true },
  crush: { needsToken: true },
  opencode: { needsToken: true },
  'claude-code-router': { needsToken: true },
};

describe.each(goldenFiles)('$file', ({ file, text }) => {
  const how = registration(asked[file]);
  const after = readFileSync(new URL(`golden/${file}.after.txt`, import.meta.url), 'utf8');

  it('gets the entry of its format, and nothing else', () => {
    expect(planRegister(text, how)).toMatchObject({ kind: 'change', after });
  });

  it('is left alone the second time', () => {
    expect(planRegister(after, how).kind).toBe('unchanged');
  });

  it('is as it was once the entry is taken out', () => {
    expect(planUnregister(after, how.name)).toMatchObject({ kind: 'change', after: text });
  });
});
