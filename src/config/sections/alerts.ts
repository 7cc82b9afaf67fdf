import ms from 'ms';
import { z } from 'zod';
import { duration, integer, list } from '../key-types.ts';
import { share } from '../share.ts';
import { webhookFormat, webhookToken, webhookUrl } from '../webhook-keys.ts';
import { expectedTopic, lacksTopic } from '../webhook-url.ts';

export const alertsSection = z
  .strictObject({
    windows: list(share, 'shares')
      .prefault(['80%', '95%'])
      .describe(
        'How much of a window of the plan is used when the owner is told, once for each share and window: `[80%, 95%]`. `[]`: never.',
      ),
    failures: integer(0, 1000)
      .prefault(5)
      .describe(
        "How many requests have to fail within `failures_within` before the owner is told. Clients' own mistakes do not count. `0`: never.",
      ),
    failures_within: duration({ zero: false, maxMs: ms('1d') })
      .prefault('10m')
      .describe('The time in which failures are counted; when none has come for as long, it is over.'),
    url: webhookUrl()
      .exactOptional()
      .describe(
        'Where alerts go, by `POST`; of ntfy, the address of the topic. Default: they are in the log and in the status of the unit only.',
      ),
    format: webhookFormat()
      .prefault('json')
      .describe('What alerts look like: an object of its own, or what ntfy or an incoming webhook of Slack takes.'),
    token: webhookToken().exactOptional().describe('Sent with alerts as `Authorization: Bearer`.'),
  })
  .refine((alerts) => !lacksTopic(alerts), { path: ['url'], error: expectedTopic })
  .describe(
    'What the owner is told without asking: that a window of the plan is nearly used up, that the login is missing, that requests fail again and again, and when that is over.',
  );
