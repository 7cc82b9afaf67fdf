import type { JournalSink } from '../../core/journal.ts';
import type { Instruments } from './instruments.ts';

export interface RequestLabels {
  route: string;
  dialect: string;
  status: string;
}

/** How requests ended, and what answered them. */
export function requestMetrics(instruments: Instruments) {
  const requests = instruments.counter({
    name: 'requests_total',
    help: 'Finished requests by path, dialect and HTTP status.',
    labels: ['route', 'dialect', 'status'],
  });
  const errors = instruments.counter({
    name: 'errors_total',
    help: 'Requests for an answer that failed, streams that had begun included, by the code of the failure.',
    labels: ['code'],
  });
  const cached = instruments.counter({
    name: 'cache_requests_total',
    help: 'Requests for an answer by what the cache of answers said: hit, miss or bypass.',
    labels: ['verdict'],
  });
  const fallbacks = instruments.counter({
    name: 'fallbacks_total',
    help: 'Turns that the direct backend answered instead of the CLI, by reason.',
    labels: ['reason'],
  });

  const countRequest = (labels: RequestLabels): void => {
    requests.inc(labels);
  };
  const sink: JournalSink = ({ route, dialect, status, error, cache }) => {
    countRequest({ route, dialect, status: String(status) });
    if (error !== undefined) errors.inc({ code: error.code });
    if (cache !== undefined) cached.inc({ verdict: cache });
  };
  return {
    sink,
    countRequest,
    countFallback: (reason: string): void => {
      fallbacks.inc({ reason });
    },
  };
}
