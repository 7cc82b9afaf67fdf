import { z } from 'zod';
import { profile } from '../agents/profile.ts';
import { duration, integer, list, size } from '../key-types.ts';
import { tokenHash } from '../token-hash.ts';

const shared = z.object({
  idle_after: duration({ zero: true })
    .prefault('10m')
    .describe(
      "How long a session's process waits for the next turn, and an agent's for the next session; later ones start another.",
    ),
  max_live: integer(1, 64).prefault(8).describe('Processes of agents that may be alive at the same time.'),
  ask_timeout: duration({ zero: false })
    .exactOptional()
    .describe('How long a call waits for somebody to allow it; after that it is denied. Default: without limit.'),
  memory_max: size(256 * 1024 ** 2, 1024 ** 4)
    .prefault('2gb')
    .describe("Memory of one agent's processes together; beyond it they are ended. Under systemd only."),
  tasks_max: integer(64, 32_768).prefault(1024).describe('Processes and threads of one agent. Under systemd only.'),
  owners: list(tokenHash, 'token hashes', { secret: true })
    .prefault([])
    .describe("Which of `server.tokens` may change a call's input when they allow it."),
});

/** The keys that are not agents. */
export type AgentsSection = z.output<typeof shared>;
export const keysOfSection: ReadonlySet<string> = new Set(Object.keys(shared.shape));

/** Every other key is an agent. */
export const agentsSection = shared
  .catchall(profile)
  .describe('Agents, which work with the tools of the `claude` program in folders of this machine. None by default.');
