import { randomUUID } from 'node:crypto';

/** 32 hex digits. */
export function newId(): string {
  return randomUUID().replaceAll('-', '');
}
