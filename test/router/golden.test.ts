import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Registration } from '../../src/router/registration.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { registration } from './registration.ts';

/** Files as they are written for real routers; `golden/NAME.after.txt` is what becomes of them. */
const files: { file: string; how?: Partial<Registration> }[] = [
  { file: 'litellm', how: { disable: 'anthropic' } },
  { file: 'named-map', how: { disable: 'anthropic' } },
  { file: 'continue' },
  { file: 'librechat', how: { disable: 'OpenRouter' } },
  { file: 'aichat' },
  { file: 'olla' },
  { file: 'uni-api', how: { disable: 'anthropic' } },
  { file: 'channels', how: { needsToken: true } },
  { file: 'anchors', how: { disable: 'anthropic', priority: 3 } },
  { file: 'kebab' },
  { file: 'top-level', how: { name: 'claude' } },
  { file: 'multi-key', how: { disable: 'fallback' } },
];

function read(file: string, when: 'before' | 'after'): string {
  return readFileSync(new URL(`golden/${file}.${when}.txt`, import.meta.url), 'utf8');
}

describe.each(files)('$file', ({ file, how = {} }) => {
  const asked = registration(how);
  const plan = planRegister(read(file, 'before'), asked);

  it('gets the entry that fits the others, and nothing else', () => {
    expect(plan).toMatchObject({ kind: 'change', after: read(file, 'after') });
  });

  it('is left alone the second time', () => {
    expect(planRegister(read(file, 'after'), asked).kind).toBe('unchanged');
  });

  it('is as it was once the entry is taken out', () => {
    expect(planUnregister(read(file, 'after'), asked.name)).toMatchObject({
      kind: 'change',
      after: read(file, 'before'),
    });
  });
});
