import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder for everything kept across restarts: the unit's state directory under systemd, else this user's. */
export function stateFolder(env: NodeJS.ProcessEnv): string {
  // systemd may list several; ours is the first.
  const ofUnit = env['STATE_DIRECTORY']?.split(':')[0];
  if (ofUnit !== undefined && ofUnit !== '') return ofUnit;
  const base = env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? tmpdir(), '.local/state');
  return join(base, 'claude-harness');
}
