import { describe, expect, it } from 'vitest';
import { narrowProfile } from '../../../src/feature/sessions/narrow-profile.ts';
import { profileOf } from '../../support/agents/profile.ts';

const home = { type: 'http', url: 'https://home.example/mcp', headers: {} } as const;
const [photos, music] = [
  { path: '/srv/photos', mode: 'rw' },
  { path: '/srv/music', mode: 'ro' },
] as const;
const profile = profileOf({ mcpServers: { home }, maxTurns: 20, trust: 'full' });

describe('what a session makes less of its agent', () => {
  it('are its mode, its turns and its MCP servers', () => {
    const narrowed = narrowProfile(profile, { permissionMode: 'plan', maxTurns: 5, mcpServers: [] });
    expect(narrowed).toMatchObject({ permissionMode: 'plan', maxTurns: 5, mcpServers: {} });
    const wider = narrowProfile(profile, {
      ...{ permissionMode: 'acceptEdits', maxTurns: 90, mcpServers: ['home', 'other'] },
    });
    expect(wider).toEqual(profile);
  });

  it('is its folder, whose own files are trusted where the owner meant them to be', () => {
    const inPhotos = narrowProfile(profile, { folder: { path: '/srv/photos/2026', workspace: '/srv/photos' } });
    expect(inPhotos).toMatchObject({
      workspaces: [{ path: '/srv/photos/2026', mode: 'rw', within: '/srv/photos' }, music],
      trust: 'none',
    });
    const inMusic = narrowProfile(profile, { folder: { path: '/srv/music', workspace: '/srv/music' } });
    expect(inMusic).toMatchObject({ workspaces: [{ path: '/srv/music', mode: 'ro' }, photos], trust: 'none' });
    const same = narrowProfile(profile, { folder: { path: '/srv/photos', workspace: '/srv/photos' } });
    expect(same).toMatchObject({ trust: 'full' });
    const gone = narrowProfile(profile, { folder: { path: '/srv/old/a', workspace: '/srv/old' } });
    expect(gone).toEqual(profile);
  });
});
