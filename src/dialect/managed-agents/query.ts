import type { z } from 'zod';
import type {
  EventQuery,
  FollowOptions,
  PageQuery,
  SessionQuery,
  SessionStatus,
  TimeRange,
} from '../../core/sessions.ts';
import { agentQuery, eventQuery, pageQuery, sessionQuery, streamQuery, versionQuery } from './query-schema.ts';
import { readRequest } from '../anthropic-shared/read-request.ts';

/** The parameters of a query; those that repeat are lists. */
export type QueryParams = Readonly<Record<string, string | readonly string[]>>;

export type SimplePageQuery = Pick<PageQuery, 'limit' | 'page'>;

/** Reads what a list of agents is limited to. Like all that follow, throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromAgentQuery(
  params: QueryParams,
): SimplePageQuery & { created: TimeRange; includeArchived: boolean } {
  const query = read(agentQuery, params);
  return {
    ...toPage(query),
    created: toTimeRange(query),
    includeArchived: query.include_archived === 'true',
  };
}

export function fromPageQuery(params: QueryParams): SimplePageQuery {
  return toPage(read(pageQuery, params));
}

export function versionOf(params: QueryParams): number | undefined {
  return read(versionQuery, params).version;
}

export function fromSessionQuery(params: QueryParams): SessionQuery {
  const query = read(sessionQuery, params);
  const { agent_id: agent, agent_version: version, statuses } = query;
  return {
    ...toPage(query),
    order: query.order,
    created: toTimeRange(query),
    includeArchived: query.include_archived === 'true',
    ...(agent !== undefined && { agent }),
    ...(version !== undefined && { version }),
    ...(statuses !== undefined && { statuses: statuses.filter((status) => isStatus(status)) }),
  };
}

export function fromEventQuery(params: QueryParams): EventQuery {
  const query = read(eventQuery, params);
  return {
    ...toPage(query),
    order: query.order,
    created: toTimeRange(query),
    ...(query.types !== undefined && { types: query.types }),
  };
}

/** `lastEventId` is what a client that connects again sends in a header, with the query of its first time. */
export function toFollowOptions(params: QueryParams, lastEventId: string | undefined): FollowOptions {
  const query = read(streamQuery, params);
  const after = lastEventId !== undefined && lastEventId !== '' ? lastEventId : query.after;
  return {
    ...(after !== undefined && { after }),
    previews: query.event_deltas?.includes('agent.message') === true,
  };
}

function read<Schema extends z.ZodType>(schema: Schema, params: QueryParams): z.infer<Schema> {
  return readRequest(schema, params, 'The query could not be read.');
}

function toPage({ limit, page }: { limit: number; page?: string }): SimplePageQuery {
  return { limit, ...(page !== undefined && { page }) };
}

interface Bounds {
  'created_at[gt]'?: string;
  'created_at[gte]'?: string;
  'created_at[lt]'?: string;
  'created_at[lte]'?: string;
}

function toTimeRange(bounds: Bounds): TimeRange {
  const {
    'created_at[gt]': after,
    'created_at[gte]': from,
    'created_at[lt]': before,
    'created_at[lte]': until,
  } = bounds;
  return {
    ...(after !== undefined && { after: Date.parse(after) }),
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(before !== undefined && { before: Date.parse(before) }),
    ...(until !== undefined && { until: Date.parse(until) }),
  };
}

/** No session is ever rescheduling here. */
function isStatus(status: SessionStatus | 'rescheduling'): status is SessionStatus {
  return status !== 'rescheduling';
}
