import type { z } from 'zod';
import type * as answer from './answer-schema.ts';

export type WirePermission = z.infer<typeof answer.wirePermission>;
export type PermissionRequest = z.infer<typeof answer.permissionRequest>;
export type PermissionEvent =
  PermissionRequest | z.infer<typeof answer.permissionResolved> | z.infer<typeof answer.permissionExpired>;
export type PermissionPing = z.infer<typeof answer.permissionPing>;
export type RespondReply = z.infer<typeof answer.respondReply>;
export type CheckReply = z.infer<typeof answer.checkReply>;
