import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { RouterFileError } from '../../src/router/errors.ts';
import type { Plan } from '../../src/router/plan.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { anyDamagedFile, anyRouterFile } from './any-router-file.ts';
import { registration } from './registration.ts';

const anyModels = fc.uniqueArray(fc.constantFrom('sonnet', 'opus[1m]', 'gpt-4o', 'no', '1e5', 'a: b', "it's", 'ü'), {
  minLength: 1,
  maxLength: 3,
});

/** A busy machine takes its time for them. */
const timeout = 60_000;
const numRuns = 100;

function changed(plan: Plan): string {
  expect(plan).toMatchObject({ kind: 'change' });
  return plan.kind === 'change' ? plan.after : '';
}

function dataOf(text: string): unknown {
  return parseDocument(text, { merge: true }).toJS({ maxAliasCount: -1 });
}

/** The data without anything of the harness's name. */
function withoutHarness(data: unknown): unknown {
  if (Array.isArray(data)) return data.filter((item) => !isHarness(item)).map(withoutHarness);
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).filter(([key]) => key !== 'claude-harness');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutHarness(value)]));
}

function isHarness(item: unknown): boolean {
  const { name, model_info: info } = item as { name?: string; model_info?: { id: string } };
  return (info?.id ?? name)?.startsWith('claude-harness') === true;
}

describe('register and unregister, for files of any layout', { timeout }, () => {
  it('registering and unregistering gives the same bytes', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, fc.boolean(), ({ text }, models, needsToken) => {
        const after = changed(planRegister(text, registration({ models, needsToken })));
        expect(changed(planUnregister(after, 'claude-harness'))).toBe(text);
      }),
      { numRuns },
    );
  });

  it('so does it with a provider switched off, however the router switches', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, fc.nat(), ({ text, names }, models, index) => {
        const asked = registration({ models, disable: names[index % names.length] });
        const after = changed(planRegister(text, asked));
        expect(planRegister(after, asked)).toMatchObject({ kind: 'unchanged' });
        expect(changed(planUnregister(after, 'claude-harness'))).toBe(text);
      }),
      { numRuns },
    );
  });

  it('a second run changes nothing', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, ({ text }, models) => {
        const after = changed(planRegister(text, registration({ models })));
        expect(planRegister(after, registration({ models }))).toMatchObject({ kind: 'unchanged' });
      }),
      { numRuns },
    );
  });

  it('the data is the old data and the entry', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, ({ text }, models) => {
        const data = dataOf(changed(planRegister(text, registration({ models }))));
        expect(withoutHarness(data)).toEqual(dataOf(text));
        expect(data).not.toEqual(dataOf(text));
      }),
      { numRuns },
    );
  });

  it('only whole lines come in, all in one place, with the line breaks of the file', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, ({ text }, models) => {
        const after = changed(planRegister(text, registration({ models })));
        const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
        const [before, now] = [text.split(lineBreak), after.split(lineBreak)];
        const first = before.findIndex((line, index) => line !== now[index]);
        const start = first === -1 ? before.length : first;
        expect(now.toSpliced(start, now.length - before.length)).toEqual(before);
        expect(now.join('')).not.toMatch(/[\r\n]/);
      }),
      { numRuns },
    );
  });
});

describe('register, for whatever stands in the file', { timeout }, () => {
  const pieces = ['- ', ' ', '  ', '\n', '\n  ', '\t', '&x ', '*x', 'url: http://x', '---\n', '<<: '].concat(
    'a : # [ { " \' | > ! % ? - ,'.split(' '),
  );
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces)).map((parts) => parts.join('')),
    anyDamagedFile,
  );

  it('it is changed and can be changed back, or left alone with a reason', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let plan: Plan;
        try {
          plan = planRegister(text, registration());
        } catch (error) {
          expect(error).toBeInstanceOf(RouterFileError);
          return;
        }
        if (plan.kind === 'change') expect(changed(planUnregister(plan.after, 'claude-harness'))).toBe(text);
        else expect(['paste', 'unchanged']).toContain(plan.kind);
      }),
      { numRuns: 400 },
    );
  });
});
