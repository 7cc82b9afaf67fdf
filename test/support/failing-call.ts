import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

type Call = (...args: unknown[]) => unknown;

/** Makes a call of the system fail with a code, for paths that match, until the test is over. */
export function failingCall(name: 'mkdirSync' | 'openSync' | 'renameSync', code: string, path: RegExp): void {
  const calls = fs as unknown as Record<string, Call>;
  const original = calls[name] as Call;
  calls[name] = (...args) => {
    if (!path.test(args.join(' '))) return original(...args);
    throw systemError(name, code);
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    calls[name] = original;
    syncBuiltinESMExports();
  });
}

/** As Node throws it. */
export function systemError(syscall: string, code: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}
