import {
  checkReply,
  permissionExpired,
  permissionPing,
  permissionRequest,
  permissionResolved,
  respondReply,
  wirePermission,
} from './answer-schema.ts';
import { checkBody, respondBody } from './request-schema.ts';

/** The schemas under the names that the description has for them. */
export const permissionSchemas = {
  permission: { name: 'Permission', schema: wirePermission },
  request: { name: 'PermissionRequestEvent', schema: permissionRequest },
  resolved: { name: 'PermissionResolvedEvent', schema: permissionResolved },
  expired: { name: 'PermissionExpiredEvent', schema: permissionExpired },
  ping: { name: 'PermissionStreamPing', schema: permissionPing },
  respondBody: { name: 'PermissionResponseRequest', schema: respondBody },
  respondReply: { name: 'PermissionResponse', schema: respondReply },
  checkBody: { name: 'PermissionCheckRequest', schema: checkBody },
  checkReply: { name: 'PermissionCheck', schema: checkReply },
} as const;

export const respondExamples = {
  allow: { summary: 'Allows the call', value: { allowed: true } },
  always: {
    summary: 'Allows it, and its like for the rest of the session',
    value: { allowed: true, for_session: true },
  },
  deny: { summary: 'Denies it, and says why', value: { allowed: false, message: 'Keep the originals.' } },
};

export const checkExamples = {
  check: {
    summary: 'Whether a call may be made',
    value: { tool_name: 'bash', input: { command: 'ls' }, permissionId: 'sevt_0123456789abcdef0123456789abcdef' },
  },
};
