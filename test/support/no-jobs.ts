import type { Jobs } from '../../src/core/jobs.ts';

/** For tests of everything else. */
export function noJobs(): Jobs {
  const none = (): never => {
    throw new Error('no test of jobs');
  };
  return { create: none, get: none, list: none, stop: none, delete: none };
}
