import { HarnessError } from '../../src/core/errors.ts';
import type { Job, Jobs } from '../../src/core/jobs.ts';
import { newId } from '../../src/util/new-id.ts';
import { promised } from '../../src/util/promised.ts';

/** Jobs of all callers together that never begin, for tests of everything around them. */
export function memoryJobs(): Jobs {
  const kept = new Map<string, Job>();
  function find(id: string): Job {
    const job = kept.get(id);
    if (job === undefined) throw new HarnessError('JOB_NOT_FOUND', 'No job has this id.');
    return job;
  }
  return {
    create: (_caller, _client, { work, metadata }) =>
      promised(() => {
        const kind = work.kind === 'agent' ? { agent: work.agent } : { path: work.path };
        const job: Job = { id: `job_${newId()}`, status: 'queued', ...kind, metadata, createdAt: 1000, goneAt: 2000 };
        kept.set(job.id, job);
        return job;
      }),
    get: (_caller, id) => promised(() => find(id)),
    list: (_caller, { after }) =>
      promised(() => {
        if (after !== undefined) find(after);
        return { data: [...kept.values()], hasMore: false };
      }),
    stop: (_caller, id) => promised(() => find(id)),
    delete: (_caller, id) =>
      promised(() => {
        kept.delete(find(id).id);
      }),
  };
}
