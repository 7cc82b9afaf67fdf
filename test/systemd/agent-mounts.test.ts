import { describe, expect, it } from 'vitest';
import { agentMounts } from '../../src/systemd/agent-mounts.ts';

describe('agentMounts', () => {
  it('binds what an agent may write, and shows the rest read-only', () => {
    const folders = [
      { path: '/srv/documents', mode: 'rw' },
      { path: '/srv/photos', mode: 'ro' },
    ] as const;
    expect(agentMounts(folders)).toEqual(['BindPaths="-/srv/documents"', 'BindReadOnlyPaths="-/srv/photos"']);
  });

  it('names a folder once, writable where one agent may write', () => {
    const folders = [
      { path: '/srv/a', mode: 'ro' },
      { path: '/srv/a', mode: 'rw' },
      { path: '/srv/a', mode: 'ro' },
    ] as const;
    expect(agentMounts(folders)).toEqual(['BindPaths="-/srv/a"']);
  });

  it('quotes what has a meaning in units', () => {
    const folders = [{ path: '/srv/100% "my" a:b\\c', mode: 'ro' }] as const;
    expect(agentMounts(folders)).toEqual(['BindReadOnlyPaths="-/srv/100%% \\"my\\" a\\:b\\\\c"']);
  });
});
