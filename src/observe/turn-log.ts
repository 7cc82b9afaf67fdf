import type { HarnessError } from '../core/errors.ts';
import type { JournalEntry, JournalSink } from '../core/journal.ts';
import type { LogFields, Logger } from '../core/logger.ts';

/** One line for each finished request for an answer. */
export function turnLog(log: Logger): JournalSink {
  return (entry) => {
    const { status, route, background, error } = entry;
    const message = `POST ${route} ${status}${background ? ' (background)' : ''}`;
    const fields = {
      method: 'POST',
      path: route,
      ...turnFields(entry),
      ...(error !== undefined && errorFields(error)),
    };
    if (error === undefined || status < 500) log.info(message, fields);
    else log.warn(message, fields);
  };
}

function turnFields(entry: JournalEntry): LogFields {
  return {
    request_id: entry.requestId,
    response_id: entry.responseId,
    batch: entry.batch,
    client: entry.client,
    status: entry.status,
    ...(entry.background && { background: true }),
    ...(entry.clientGone && { client_gone: true }),
    total_ms: entry.totalMs,
    model: entry.model,
    served: entry.served,
    backend: entry.backend,
    login: entry.login,
    finish: entry.finish,
    process: entry.process,
    cache: entry.cache,
    read_ms: entry.readMs,
    queue_ms: entry.queueMs,
    acquire_ms: entry.acquireMs,
    feed_ms: entry.feedMs,
    first_token_ms: entry.firstTokenMs,
    tokens_in: entry.tokensIn,
    tokens_out: entry.tokensOut,
    tokens_cached: entry.tokensCached,
    tool_calls: entry.toolCalls === 0 ? undefined : entry.toolCalls,
  };
}

/** What a log says of a failure: more than its client learns. */
export function errorFields({ code, message, facts }: HarnessError): LogFields {
  const { stderrTail, exit, upstreamStatus, cause } = facts;
  return {
    error: code,
    reason: message,
    exit,
    upstream_status: upstreamStatus,
    stderr: stderrTail === '' ? undefined : stderrTail,
    cause,
  };
}
