import { describe, expect, it } from 'vitest';
import type { Question } from '../../../src/core/sessions.ts';
import { fromCheckBody, toCheckReply } from '../../../src/dialect/permissions/check.ts';
import { toPermissionEvent, toWirePermission } from '../../../src/dialect/permissions/permissions.ts';
import { fromRespondBody, toConfirmation } from '../../../src/dialect/permissions/respond.ts';
import { connected, permissionEvents } from '../../../src/dialect/permissions/stream-format.ts';
import { HarnessError } from '../../../src/core/errors.ts';

const askedAt = Date.parse('2026-01-31T12:00:00Z');
const question: Question = {
  ...{ id: 'sevt_1', sessionId: 'sesn_1', agent: 'tidy', status: 'pending', askedAt },
  tool: { kind: 'builtin', name: 'edit' },
  input: { file_path: '/srv/a', old_string: 'a', replace_all: true, limits: { lines: 3 }, none: null },
};
const asked = {
  request_id: 'sevt_1',
  tool_name: 'edit',
  input: { file_path: '/srv/a', old_string: 'a', replace_all: 'true', limits: '{"lines":3}', none: 'null' },
  created_at: '2026-01-31T12:00:00.000Z',
  expires_at: null,
  ...{ session_id: 'sesn_1', agent: 'tidy', tool_input: question.input },
};
const expiring: Question = { ...question, expiresAt: askedAt + 90_500 };

describe('a request for permission', () => {
  it('has its input in strings, and as it is', () => {
    expect(toPermissionEvent({ question, at: askedAt })).toEqual({
      ...{ type: 'permission_request', ...asked, timeout_seconds: null },
    });
    expect(toWirePermission(question, askedAt + 1000)).toEqual({ ...asked, status: 'pending', time_remaining: null });
  });

  it('tells when it expires', () => {
    const expiresAt = '2026-01-31T12:01:30.500Z';
    expect(toPermissionEvent({ question: expiring, at: askedAt })).toMatchObject({
      ...{ expires_at: expiresAt, timeout_seconds: 90.5 },
    });
    const remaining = (changes: Partial<Question>, afterMs: number) =>
      toWirePermission({ ...expiring, ...changes }, askedAt + afterMs).time_remaining;
    expect(remaining({}, 60_000)).toBe(30);
    expect(remaining({}, 100_000)).toBe(0);
    expect(remaining({ status: 'allowed' }, 60_000)).toBe(0);
    expect(toWirePermission(expiring, askedAt).expires_at).toBe(expiresAt);
  });

  it('names a tool of an MCP server as the CLI does', () => {
    const tool = { kind: 'mcp', server: 'home', name: 'lamp' } as const;
    expect(toWirePermission({ ...question, tool }, askedAt).tool_name).toBe('mcp__home__lamp');
  });

  it.each([
    ['allowed', { type: 'permission_resolved', allowed: true, resolved_at: '2026-01-31T12:00:07.000Z' }],
    ['denied', { type: 'permission_resolved', allowed: false, resolved_at: '2026-01-31T12:00:07.000Z' }],
    ['expired', { type: 'permission_expired', expired_at: '2026-01-31T12:00:07.000Z' }],
  ] as const)('is %s', (status, event) => {
    const change = { question: { ...question, status }, at: askedAt + 7000 };
    expect(toPermissionEvent(change)).toEqual({ request_id: 'sevt_1', ...event });
  });
});

describe('the stream of requests', () => {
  it('names its events by their type, and the others ping', () => {
    const ping = 'event: ping\ndata: {"message":"Connected to permission stream"}\n\n';
    expect(permissionEvents.toFrame(connected)).toBe(ping);
    expect(permissionEvents.keepAlive).toBe('event: ping\ndata: {"message":"keepalive"}\n\n');
    expect(permissionEvents.toFrame({ type: 'permission_expired' })).toBe(
      'event: permission_expired\ndata: {"type":"permission_expired"}\n\n',
    );
  });
});

describe('an answer', () => {
  it.each([
    [{ allowed: true }, { result: 'allow' }],
    [{ allowed: true, message: null, for_session: false }, { result: 'allow' }],
    [
      { allowed: true, for_session: true },
      { result: 'allow', for_session: true },
    ],
    [{ allowed: false, for_session: false }, { result: 'deny' }],
    [
      { allowed: false, message: 'No.' },
      { result: 'deny', deny_message: 'No.' },
    ],
  ])('%j is an event of the session', (body, event) => {
    expect(toConfirmation('sevt_1', fromRespondBody(body))).toEqual({
      ...{ type: 'user.tool_confirmation', tool_use_id: 'sevt_1', ...event },
    });
  });

  it.each([
    [undefined, 'INVALID_REQUEST', undefined],
    [{}, 'INVALID_REQUEST', 'allowed'],
    [{ allowed: 'yes' }, 'INVALID_REQUEST', 'allowed'],
    [{ allowed: true, message: 'Why.' }, 'INVALID_REQUEST', 'message'],
    [{ allowed: false, for_session: true }, 'INVALID_REQUEST', 'for_session'],
    [{ allowed: true, updated_input: {} }, 'UNSUPPORTED_PARAMETER', 'updated_input'],
  ])('%j is refused', (body, code, param) => {
    let failure: unknown;
    try {
      fromRespondBody(body);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(HarnessError);
    expect(failure).toMatchObject({ code, facts: param === undefined ? {} : { param } });
  });
});

describe('a check', () => {
  const call = { tool_name: 'bash', input: {} };

  it.each([
    [{ permissionId: 'sevt_1' }, 'sevt_1'],
    [{ tool_use_id: 'sevt_2' }, 'sevt_2'],
    [{ permissionId: 'sevt_1', tool_use_id: 'sevt_2' }, 'sevt_1'],
    [{ permissionId: null, tool_use_id: 'sevt_2' }, 'sevt_2'],
  ])('with %j is about %s', (ids, expected) => {
    expect(fromCheckBody({ ...call, ...ids })).toBe(expected);
  });

  it('that is about nothing says what to do', () => {
    expect(() => fromCheckBody(call)).toThrow('permissionId is a request_id of GET /permissions/stream');
  });

  it.each<[Question['status'], object]>([
    ['allowed', { behavior: 'allow', updatedInput: question.input }],
    ['denied', { behavior: 'deny', message: 'It was denied.' }],
    ['expired', { behavior: 'deny', message: 'Nobody answered in time, or the request was withdrawn.' }],
    [
      'pending',
      {
        ...{ behavior: 'pending', confirmationId: 'sevt_1' },
        message: 'Nobody has answered yet; ask again with permissionId.',
      },
    ],
  ])('of one that is %s', (status, expected) => {
    expect(toCheckReply({ ...question, status })).toEqual(expected);
  });
});
