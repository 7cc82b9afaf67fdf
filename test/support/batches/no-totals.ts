import type { BatchTotals } from '../../../src/core/batches-state.ts';

export const noTotals: BatchTotals = { batches: 0, left: 0, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
