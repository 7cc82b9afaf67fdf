import type { Agent } from '../../core/sessions.ts';
import { queryOptions } from './request-schema.ts';
import type { Capabilities } from './types.ts';

export interface ServerVersions {
  server: string;
  /** Undefined where it is not known yet. */
  cli: string | undefined;
}

/** What the caller may ask for; `agents` are those that it may use. */
export function toCapabilities(agents: readonly Agent[], { server, cli }: ServerVersions): Capabilities {
  return {
    server_version: server,
    sdk_version: null,
    claude_cli_version: cli ?? null,
    supported_options: [...queryOptions],
    server_enforced_defaults: { include_partial_messages: true },
    cwd_whitelist: [...new Set(agents.flatMap(({ profile }) => profile.workspaces.map(({ path }) => path)))],
    agents: agents.map(({ profile }) => profile.name),
  };
}
