import type { JournalEntry, JournalSink } from '../../core/journal.ts';
import { BoundedLabel } from './bounded-label.ts';
import type { Instruments } from './instruments.ts';

/** More than a house has; without tokens, clients name themselves as they like. */
const maxClients = 100;
/** More models than anybody uses; a gateway could repeat whatever a client asks for. */
export const maxModels = 50;

/** The client of requests that come without a token and do not name themselves. */
const unnamed = 'unnamed';

export interface UsageOptions {
  /** What the tokens of a request would cost by the API, in USD; undefined where they have no price. */
  costOf: (entry: JournalEntry) => number | undefined;
}

/** How long turns took. */
export function timeMetrics(instruments: Instruments): JournalSink {
  const timer = (name: string, help: string) => instruments.histogram({ name, help, labels: ['backend'] });
  const queued = timer('queue_seconds', 'How long requests waited until their turn was admitted.');
  const durations = timer('turn_duration_seconds', 'From the arrival of a request to the end of its answer.');
  const firstTokens = timer('first_token_seconds', 'From the arrival of a request to the first token of its answer.');

  return ({ backend, totalMs, queueMs, firstTokenMs }) => {
    if (backend === undefined) return;
    durations.observe({ backend }, totalMs / 1000);
    if (queueMs !== undefined) queued.observe({ backend }, queueMs / 1000);
    if (firstTokenMs !== undefined) firstTokens.observe({ backend }, firstTokenMs / 1000);
  };
}

/** What models answered, and what that took. */
export function modelMetrics(instruments: Instruments, { costOf }: UsageOptions): JournalSink {
  const models = new BoundedLabel(maxModels);
  const tokens = instruments.counter({
    name: 'tokens_total',
    help: 'Tokens of prompts (in, the cached ones included) and answers (out), by the model that answered.',
    labels: ['model', 'direction'],
  });
  const cost = instruments.counter({
    name: 'list_price_usd_total',
    help: 'What the tokens would cost by the API, in USD, by the model that answered; those without a price left out.',
    labels: ['model'],
  });

  return (entry) => {
    const { backend, served, tokensIn = 0, tokensOut = 0 } = entry;
    if (backend === undefined || served === undefined) return;
    const model = models.admit(served);
    tokens.inc({ model, direction: 'in' }, tokensIn);
    tokens.inc({ model, direction: 'out' }, tokensOut);
    cost.inc({ model }, costOf(entry) ?? 0);
  };
}

/** Who asked, and what that took. */
export function clientMetrics(instruments: Instruments, { costOf }: UsageOptions): JournalSink {
  const clients = new BoundedLabel(maxClients);
  const requests = instruments.counter({
    name: 'client_requests_total',
    help: 'Finished requests for an answer, by client.',
    labels: ['client'],
  });
  const tokens = instruments.counter({
    name: 'client_tokens_total',
    help: 'Tokens of prompts (in, the cached ones included) and answers (out), by client.',
    labels: ['client', 'direction'],
  });
  const cost = instruments.counter({
    name: 'client_list_price_usd_total',
    help: 'What the tokens would cost by the API, in USD, by client; those without a price left out.',
    labels: ['client'],
  });

  return (entry) => {
    const { tokensIn = 0, tokensOut = 0 } = entry;
    const client = clients.admit(entry.client ?? unnamed);
    requests.inc({ client });
    tokens.inc({ client, direction: 'in' }, tokensIn);
    tokens.inc({ client, direction: 'out' }, tokensOut);
    cost.inc({ client }, costOf(entry) ?? 0);
  };
}
