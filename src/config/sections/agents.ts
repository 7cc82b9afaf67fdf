import ms from 'ms';
import { z } from 'zod';
import { profile } from '../agents/profile.ts';
import { checkedText, duration, integer, list, size } from '../key-types.ts';
import { tokenHash } from '../token-hash.ts';
import { webhookFormat, webhookToken, webhookUrl } from '../webhook-keys.ts';
import { isPublicUrl } from '../webhook-url.ts';

const shared = z.object({
  idle_after: duration({ zero: true })
    .prefault('10m')
    .describe(
      "How long a session's process waits for the next turn, and an agent's for the next session; later ones start another.",
    ),
  keep: duration({ zero: true, maxMs: ms('3650d') })
    .prefault('90d')
    .describe(
      'How long a session in which nothing happens is kept, with its events and its transcript; one that waits for an answer is kept for twice as long. With `0` for an hour. Expired ones are deleted daily.',
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
    .describe(
      "Which of `server.tokens` may change a call's input when they allow it, besides those with the role `owner`.",
    ),
  notify_url: webhookUrl()
    .exactOptional()
    .describe(
      'Where a notice goes when an agent asks for permission, by `POST`; of ntfy, the address of the topic. Default: none is sent.',
    ),
  notify_format: webhookFormat()
    .prefault('json')
    .describe('What notices look like: an object of its own, or what ntfy or an incoming webhook of Slack takes.'),
  notify_token: webhookToken().exactOptional().describe('Sent with notices as `Authorization: Bearer`.'),
  notify_public_url: checkedText(
    'address of the service',
    isPublicUrl,
    'an http or https address such as https://harness.example, without a query',
  )
    .exactOptional()
    .describe(
      'The address by which the phone reaches this service, to which the links in notices lead. Its host must be in `server.allowed_hosts`. Default: notices have no links.',
    ),
});

/** The keys that are not agents. */
export type AgentsSection = z.output<typeof shared>;
export const keysOfSection: ReadonlySet<string> = new Set(Object.keys(shared.shape));

/** Every other key is an agent. */
export const agentsSection = shared
  .catchall(profile)
  .describe('Agents, which work with the tools of the `claude` program in folders of this machine. None by default.');
