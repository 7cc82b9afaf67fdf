import ms from 'ms';
import { z } from 'zod';
import { boolean, checkedText, duration, integer, keyTypes, size } from '../key-types.ts';
import { share } from '../share.ts';
import { isWebhookSecret, webhookUrl } from '../webhook-keys.ts';

const time = /^([01]\d|2[0-3]):[0-5]\d$/;

/** True for two different times of day, such as `01:00-07:00`; the second may be that of the next day. */
function isTimeSpan(text: string): boolean {
  const [from = '', until = '', ...more] = text.split('-');
  return more.length === 0 && time.test(from) && time.test(until) && from !== until;
}

export const batchesSection = z
  .strictObject({
    concurrency: integer(1, 64)
      .prefault(2)
      .describe('How many requests of batches are answered at the same time, whenever nobody waits for a turn.'),
    pause_above: share
      .register(keyTypes, { kind: 'text', label: 'share such as `80%`', secret: false })
      .prefault('80%')
      .describe('How much of a window of the plan may be used before batches wait for its reset.'),
    hours: checkedText('hours of the day', isTimeSpan, 'two times of day such as 01:00-07:00')
      .exactOptional()
      .describe(
        'When batches run, in the local time of the machine, such as `01:00-07:00`; `22:00-06:00` crosses midnight. Default: always.',
      ),
    keep: duration({ zero: false, maxMs: ms('365d') })
      .prefault('29d')
      .describe('How long after its creation a batch and its results are kept.'),
    max_requests: integer(1, 1_000_000).prefault(100_000).describe('Requests that a batch may have.'),
    max_size: size(1024, 2 * 1024 ** 3)
      .prefault('256mb')
      .describe('Size of all requests of a batch together.'),
    webhook: webhookUrl()
      .exactOptional()
      .describe(
        'Where the end of each batch is told, by `POST`, as an object of its own. Default: nobody is told, and clients ask.',
      ),
    webhook_secret: checkedText('secret', isWebhookSecret, 'whsec_ and at least 32 characters of base64', {
      secret: true,
    })
      .exactOptional()
      .describe(
        'What is sent to webhooks of batches is signed with it, as https://www.standardwebhooks.com has it: `whsec_` and 24 to 64 bytes in base64. Default: it is not signed.',
      ),
    allow_metadata_webhook: boolean()
      .prefault(false)
      .describe(
        'Whether clients may name a webhook of their own for a batch (`metadata.webhook`). The service then sends requests to addresses that clients choose.',
      ),
  })
  .describe('Batches: requests that nobody waits for, see docs/batches.md.');
