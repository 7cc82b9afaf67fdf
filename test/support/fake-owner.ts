import type { OwnerControls } from '../../src/core/owner-controls.ts';
import type { AppOptions } from '../../src/http/app.ts';

/** What the owner can do, of a CLI that is logged in; `changes` are of its controls. */
export function fakeOwner(changes: Partial<OwnerControls> = {}): AppOptions['owner'] {
  return {
    controls: {
      authStatus: () => Promise.resolve({ state: 'logged_in', method: 'claude.ai' }),
      remedy: 'run claude, then /login',
      canSignIn: true,
      signIn: {
        progress: { state: 'none' },
        begin: () =>
          Promise.resolve({ state: 'waiting', url: 'https://claude.example/sign-in?state=s', expiresAt: 1e12 }),
        complete: () => Promise.resolve(),
        cancel: () => Promise.resolve(),
      },
      signOut: () => Promise.resolve(),
      run: () => Promise.resolve({ status: 'success', exitCode: 0, stdout: '2.1.332 (Claude Code)', stderr: '' }),
      processes: () => [
        { pid: 17, model: 'haiku', state: 'idle', ageMs: 61_000, idleMs: 1000, turns: 2 },
        { pid: 18, model: 'haiku', state: 'busy', ageMs: 5000, idleMs: 0, turns: 1 },
      ],
      ...changes,
    },
    allows: { execute: true, logout: true },
    configuration: () => ({ server: { tokens: ['(hidden)'] } }),
    pool: { maxWarm: 4, maxAgeMs: 3_600_000 },
  };
}
