import { describe, expect, it } from 'vitest';
import {
  fromAgentQuery,
  fromEventQuery,
  fromPageQuery,
  fromSessionQuery,
  toFollowOptions,
  versionOf,
} from '../../../src/dialect/managed-agents/query.ts';
import { failureOf } from './failure-of.ts';

const times = {
  'created_at[gt]': '2026-01-31T12:00:00Z',
  'created_at[gte]': '2026-01-31T13:00:00+01:00',
  'created_at[lt]': '2026-01-31T12:00:01.500Z',
  'created_at[lte]': '2026-01-31T12:00:02Z',
};
const noon = Date.parse('2026-01-31T12:00:00Z');
const created = { after: noon, from: noon, before: noon + 1500, until: noon + 2000 };

describe('queries', () => {
  it('have the defaults of the API', () => {
    expect(fromSessionQuery({ beta: 'true' })).toEqual({
      limit: 20,
      order: 'desc',
      created: {},
      includeArchived: false,
    });
    expect(fromEventQuery({})).toEqual({ limit: 20, order: 'asc', created: {} });
    expect(fromPageQuery({})).toEqual({ limit: 20 });
    expect(toFollowOptions({}, undefined)).toEqual({ previews: false });
    expect(versionOf({})).toBeUndefined();
  });

  it('take everything that they may ask', () => {
    const statuses = ['rescheduling', 'idle'];
    expect(
      fromSessionQuery({
        ...times,
        limit: '5',
        page: 'p',
        order: 'asc',
        agent_id: 'tidy',
        agent_version: '2',
        include_archived: 'true',
        statuses,
      }),
    ).toEqual({
      limit: 5,
      page: 'p',
      order: 'asc',
      created,
      includeArchived: true,
      agent: 'tidy',
      version: 2,
      statuses: ['idle'],
    });
    expect(fromSessionQuery({ statuses: 'rescheduling' }).statuses).toEqual([]);
    expect(fromEventQuery({ ...times, types: 'user.message', order: 'desc' })).toEqual({
      limit: 20,
      order: 'desc',
      created,
      types: ['user.message'],
    });
    expect(fromAgentQuery(times).created).toEqual(created);
    expect(versionOf({ version: '3' })).toBe(3);
  });

  it('go on after the last event that the client has seen, which its header tells better than its address', () => {
    const query = { after: 'sevt_1', event_deltas: ['agent.message', 'agent.thinking'] };
    expect(toFollowOptions(query, undefined)).toEqual({ after: 'sevt_1', previews: true });
    expect(toFollowOptions(query, '')).toEqual({ after: 'sevt_1', previews: true });
    expect(toFollowOptions(query, 'sevt_2')).toEqual({ after: 'sevt_2', previews: true });
    expect(toFollowOptions({ event_deltas: 'agent.thinking' }, undefined)).toEqual({ previews: false });
  });

  it.each<[field: string, code: string, read: () => unknown]>([
    ['limit', 'INVALID_REQUEST', () => fromPageQuery({ limit: '0' })],
    ['limit', 'INVALID_REQUEST', () => fromPageQuery({ limit: '1001' })],
    ['limit', 'INVALID_REQUEST', () => fromPageQuery({ limit: 'all' })],
    ['page', 'INVALID_REQUEST', () => fromPageQuery({ page: ['a', 'b'] })],
    ['order', 'INVALID_REQUEST', () => fromSessionQuery({ order: 'up' })],
    ['statuses.1', 'INVALID_REQUEST', () => fromSessionQuery({ statuses: ['idle', 'lost'] })],
    ['include_archived', 'INVALID_REQUEST', () => fromSessionQuery({ include_archived: 'yes' })],
    ['agent_version', 'INVALID_REQUEST', () => fromSessionQuery({ agent_version: '0' })],
    ['created_at[gt]', 'INVALID_REQUEST', () => fromSessionQuery({ 'created_at[gt]': 'noon' })],
    ['deployment_id', 'UNSUPPORTED_PARAMETER', () => fromSessionQuery({ deployment_id: 'd' })],
    ['memory_store_id', 'UNSUPPORTED_PARAMETER', () => fromSessionQuery({ memory_store_id: 'm' })],
    ['after', 'INVALID_REQUEST', () => toFollowOptions({ after: '' }, undefined)],
    ['event_deltas.0', 'INVALID_REQUEST', () => toFollowOptions({ event_deltas: ['agent.tool_use'] }, undefined)],
    ['version', 'INVALID_REQUEST', () => versionOf({ version: 'new' })],
  ])('are refused by the name of the field: %s', (field, code, read) => {
    const { message, ...failure } = failureOf(read);
    expect(failure).toEqual({ code, param: field });
    expect(message.startsWith(`${field}: `)).toBe(true);
  });
});
