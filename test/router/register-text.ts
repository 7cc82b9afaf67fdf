import { expect } from 'vitest';
import type { Plan } from '../../src/router/plan.ts';
import { planRegister } from '../../src/router/register.ts';
import type { Registration } from '../../src/router/registration.ts';
import { registration } from './registration.ts';

/** A map of one provider, with more fields and with entries behind it. */
export function providers(fields = '', behind = ''): string {
  return `providers:\n  openai:\n    url: https://api.openai.com/v1\n${fields}${behind}`;
}

export function register(text: string, how: Partial<Registration> = {}): Plan {
  return planRegister(text, registration(how));
}

/** The text after the change. */
export function after(text: string, how: Partial<Registration> = {}): string {
  const plan = register(text, how);
  expect(plan).toMatchObject({ kind: 'change' });
  return plan.kind === 'change' ? plan.after : '';
}

/** The lines that were put behind everything. */
export function added(text: string, how: Partial<Registration> = {}): string[] {
  const result = after(text, how);
  expect(result.startsWith(text)).toBe(true);
  return result.slice(text.length).split('\n').slice(0, -1);
}

export function notes(text: string, how: Partial<Registration> = {}): string {
  const plan = register(text, how);
  return plan.kind === 'change' ? plan.notes.join('\n') : '';
}
