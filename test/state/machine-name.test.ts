import { expect, it } from 'vitest';
import { machineName } from '../../src/state/machine-name.ts';
import { openState } from './open-state.ts';

it('a machine has a name that stays its own', () => {
  const { file, path } = openState();
  const name = machineName(file);
  expect(name).toMatch(/^[0-9a-f]{16}$/);
  file.close();
  expect(machineName(openState({ path }).file)).toBe(name);
  expect(machineName(openState().file)).not.toBe(name);
});
