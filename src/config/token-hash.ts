import { text } from './key-types.ts';

export const tokenHash = text(
  'token hash',
  /^sha256:[0-9a-f]{64}$/,
  'sha256: followed by 64 lowercase hex digits (run `claude-harness token` to make one)',
);
