import { agentProfiles } from '../config/agents/agent-profiles.ts';
import type { LoadedConfig } from '../config/load.ts';
import { agentMounts } from '../systemd/agent-mounts.ts';

/** What `manage.sh` writes into the unit of the agents; nothing where there are none. */
export function agentMountsCommand({ config }: LoadedConfig, print: (text: string) => void): void {
  const folders = agentProfiles(config).flatMap(({ workspaces }) => workspaces);
  for (const line of agentMounts(folders)) print(`${line}\n`);
}
