import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouterFileError } from '../../src/router/errors.ts';
import { languageOf } from '../../src/router/language-of.ts';
import type { Plan } from '../../src/router/plan.ts';
import { planRegister } from '../../src/router/register.ts';
import { planUnregister } from '../../src/router/unregister.ts';
import { anyDamagedFile, anyRouterFile } from '../router/any-router-file.ts';
import { registration } from '../router/registration.ts';

const anyModels = fc.uniqueArray(fc.constantFrom('sonnet', 'opus[1m]', 'gpt-4o', 'no', '1e5', 'a: b', "it's", 'ü'), {
  minLength: 1,
  maxLength: 3,
});

/** A busy machine takes its time for them. */
const timeout = 120_000;
const numRuns = 200;

function changed(plan: Plan): string {
  expect(plan).toMatchObject({ kind: 'change' });
  return plan.kind === 'change' ? plan.after : '';
}

/** The data without anything of the harness's name; a section that is empty then is one that was made. */
function withoutHarness(data: unknown): unknown {
  if (Array.isArray(data)) return data.filter((item) => !isHarness(item)).map(withoutHarness);
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data).filter(([key]) => key !== 'claude-harness');
  return Object.fromEntries(
    entries
      .map(([key, value]) => [key, withoutHarness(value), value] as const)
      .filter(([, now, before]) => !isEmpty(now) || isEmpty(before)),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

function isHarness(item: unknown): boolean {
  const { id, name, providerId, model_info: info } = item as Record<string, string> & { model_info?: { id: string } };
  return [id, name, providerId, info?.id].some((text) => text?.startsWith('claude-harness'));
}

describe('register and unregister, for files of any format and layout', { timeout }, () => {
  it('registering and unregistering gives the same bytes', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, fc.boolean(), ({ text }, models, needsToken) => {
        const after = changed(planRegister(text, registration({ models, needsToken })));
        expect(changed(planUnregister(after, 'claude-harness'))).toBe(text);
      }),
      { numRuns },
    );
  });

  it('so does it with a provider switched off, which JSON has no place for', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, fc.nat(), ({ text, names, language }, models, index) => {
        fc.pre(language === 'yaml' && names.length > 0);
        const asked = registration({ models, disable: names[index % names.length] });
        const plan = planRegister(text, asked);
        // Others may lean on the anchor in what is to be switched off.
        if (plan.kind === 'paste') {
          expect(plan.reason).toMatch(/cannot be switched off: .*anchor/);
          return;
        }
        const after = changed(plan);
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

  it('a run with other models and another address can be taken back too', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, anyModels, ({ text }, models, others) => {
        const once = changed(planRegister(text, registration({ models })));
        const again = registration({ models: others, origin: 'http://box:9' });
        const twice = changed(planRegister(once, again));
        expect(twice).not.toContain('127.0.0.1:8013');
        expect(planRegister(twice, again)).toMatchObject({ kind: 'unchanged' });
        expect(changed(planUnregister(twice, 'claude-harness'))).toBe(text);
      }),
      { numRuns },
    );
  });

  it('the data is the old data and the entry', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, ({ text }, models) => {
        const after = changed(planRegister(text, registration({ models })));
        const { read } = languageOf(text);
        expect(withoutHarness(read(after))).toEqual(read(text));
        expect(read(after)).not.toEqual(read(text));
      }),
      { numRuns },
    );
  });

  it('the line breaks are those of the file', () => {
    fc.assert(
      fc.property(anyRouterFile, anyModels, ({ text }, models) => {
        const after = changed(planRegister(text, registration({ models })));
        const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
        expect(after.split(lineBreak).join('')).not.toMatch(/[\r\n]/);
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
      { numRuns: 500 },
    );
  });
});
