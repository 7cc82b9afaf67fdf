import { describe, expect, it } from 'vitest';
import { defaultStatePath } from '../../src/state/state-path.ts';

describe('defaultStatePath', () => {
  it.each([
    [{ STATE_DIRECTORY: '/var/lib/claude-harness', HOME: '/h' }, '/var/lib/claude-harness/state.db'],
    [{ XDG_STATE_HOME: '/s', HOME: '/h' }, '/s/claude-harness/state.db'],
    [{ HOME: '/h' }, '/h/.local/state/claude-harness/state.db'],
  ])('is for %j %s', (env, path) => {
    expect(defaultStatePath(env)).toBe(path);
  });
});
