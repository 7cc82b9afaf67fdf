import ms from 'ms';
import { z } from 'zod';
import { boolean, checkedText, duration, integer } from '../key-types.ts';
import { isWebhookSecret, webhookUrl } from '../webhook-keys.ts';

export const jobsSection = z
  .strictObject({
    concurrency: integer(1, 64)
      .prefault(4)
      .describe('How many jobs run at the same time, beside the requests of clients that wait; further ones wait.'),
    max_per_client: integer(1, 100_000)
      .prefault(100)
      .describe('How many jobs of a token may be under way or wait; without tokens, of all clients together.'),
    keep: duration({ zero: false, maxMs: ms('365d') })
      .prefault('29d')
      .describe('How long after its creation a job and its answer are kept.'),
    webhook: webhookUrl()
      .exactOptional()
      .describe(
        'Where the end of each job is told, by `POST`, as an object of its own. Default: nobody is told, and clients ask.',
      ),
    webhook_secret: checkedText('secret', isWebhookSecret, 'whsec_ and at least 32 characters of base64', {
      secret: true,
    })
      .exactOptional()
      .describe(
        'What is sent to webhooks of jobs is signed with it, as https://www.standardwebhooks.com has it: `whsec_` and 24 to 64 bytes in base64. Default: it is not signed.',
      ),
    allow_webhooks: boolean()
      .prefault(false)
      .describe(
        'Whether clients may name a webhook of their own for a job (`webhook`). The service then sends requests to addresses that clients choose.',
      ),
  })
  .describe('Jobs: requests and turns of agents that are begun now and fetched later (`POST /v1/jobs`).');
