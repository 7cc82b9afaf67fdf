import { expect, it } from 'vitest';
import { withoutControls } from '../../../src/command/agent/without-controls.ts';

it('takes out what would steer a terminal, and leaves all text', () => {
  expect(withoutControls('a\u001b[2Jb\r\u0007c\u009bd')).toBe('a\ufffd[2Jb\ufffd\ufffdc\ufffdd');
  expect(withoutControls('rm x\u202etxt.')).toBe('rm x\ufffdtxt.');
  expect(withoutControls('tab\tline\nägypten 👩‍👧 مرحبا')).toBe('tab\tline\nägypten 👩‍👧 مرحبا');
});
