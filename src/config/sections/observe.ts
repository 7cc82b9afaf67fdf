import ms from 'ms';
import { z } from 'zod';
import type { ModelPrices } from '../../core/prices.ts';
import { baseUrl } from '../base-url.ts';
import { httpHeaders } from '../http-headers.ts';
import { duration, integer, keyTypes, text } from '../key-types.ts';

const pattern = text(
  'model or pattern',
  /^[\w.:@/*-]{1,128}$/,
  'the name of a model as the API gives it, in which * matches any characters',
);

const price = z.preprocess(
  (value) => (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value),
  z
    .number({ error: 'expected a price in USD for a million tokens, such as 2.5' })
    .min(0, { error: 'expected a price in USD for a million tokens, such as 2.5' }),
);

const prices = z.strictObject(
  { input: price, output: price, cache_read: price, cache_write_5m: price, cache_write_1h: price },
  { error: 'expected input, output, cache_read, cache_write_5m and cache_write_1h' },
);

const priceList = z
  .record(pattern, prices, { error: 'expected a map of models to prices' })
  .register(keyTypes, { kind: 'map', label: 'map of models to prices', secret: false });

export const observeSection = z
  .strictObject({
    keep: duration({ zero: true, maxMs: ms('3650d') })
      .prefault('90d')
      .describe(
        'How long the access log keeps a finished request; sums of days are kept for two years. `0` keeps none from now on.',
      ),
    max_rows: integer(1000, 10_000_000)
      .prefault(1_000_000)
      .describe('How many requests the access log keeps at most; the oldest go first. A million take about 250 MB.'),
    prices: priceList
      .prefault({})
      .describe(
        'What tokens of a model cost by the API, where the built-in list is wrong or has none, in USD for a million tokens: `claude-new-1: {input: 3, output: 15, cache_read: 0.3, cache_write_5m: 3.75, cache_write_1h: 6}`. Names are those of the API; `*` matches any characters.',
      ),
    otlp_endpoint: baseUrl('http://127.0.0.1:4318')
      .exactOptional()
      .describe(
        'Base URL of an OpenTelemetry collector, without `/v1/traces`, to which a span of each turn and all metrics are sent by OTLP over HTTP. Off by default.',
      ),
    otlp_headers: httpHeaders({ secret: true })
      .prefault({})
      .describe('Headers that are sent to `observe.otlp_endpoint`, such as `Authorization`.'),
  })
  .describe('What is kept of requests for their owner: who asked, how it went and what it took; never what was said.');

/** The prices of a configuration, in the program's own terms. */
export function configuredPrices(written: Readonly<Record<string, z.output<typeof prices>>>): ModelPrices[] {
  return Object.entries(written).map(([model, each]) => ({
    models: [model],
    prices: {
      input: each.input,
      output: each.output,
      cacheRead: each.cache_read,
      cacheWrite5m: each.cache_write_5m,
      cacheWrite1h: each.cache_write_1h,
    },
  }));
}
