import { HarnessError } from '../../core/errors.ts';
import type { Job, JobDraft, JobQuery, Jobs } from '../../core/jobs.ts';
import type { Caller } from '../../core/sessions.ts';
import type { JobContext } from './job-context.ts';
import type { createJobNotices } from './job-notices.ts';
import { toJob, type JobRow } from './job-row.ts';
import type { JobRunner } from './job-runner.ts';

export interface StoredJobsOptions extends Pick<JobContext, 'table' | 'answers' | 'sessions' | 'machine' | 'now'> {
  runner: JobRunner;
  notices: Pick<ReturnType<typeof createJobNotices>, 'wake'>;
  /** How long after its creation a job is kept. */
  keepMs: number;
  /** How many jobs of one client may be under way. */
  maxOpen: number;
  /** Who is told of the ends of jobs whose clients name nobody; absent: nobody. */
  webhook?: string;
  /** Whether clients may name a webhook. */
  allowsOwnWebhook: boolean;
  /** 32 hex digits. */
  newId: () => string;
}

/** The jobs in shared state, as `Jobs` says. */
export class StoredJobs implements Jobs {
  readonly #options: StoredJobsOptions;

  constructor(options: StoredJobsOptions) {
    this.#options = options;
  }

  async create(caller: Caller, client: string | undefined, draft: JobDraft): Promise<Job> {
    const { table, runner, machine, now, newId, keepMs, maxOpen, webhook, allowsOwnWebhook } = this.#options;
    if (draft.webhook !== undefined && !allowsOwnWebhook) throw ownWebhook();
    const id = `job_${newId()}`;
    await this.#check(caller, client, id, draft);
    const { work, model = null, metadata } = draft;
    const created = {
      ...{ id, owner: caller ?? null, client: client ?? null, model, created_at: now(), gone_at: now() + keepMs },
      path: work.kind === 'request' ? work.path : null,
      agent: work.kind === 'agent' ? work.agent : null,
      machine: work.kind === 'agent' ? machine() : null,
      body: work.kind === 'request' ? work.body : work.prompt,
      webhook: draft.webhook ?? webhook ?? null,
      metadata: JSON.stringify(metadata),
    };
    const row = await table.add(created, maxOpen);
    if (row === undefined) throw tooMany(maxOpen);
    runner.wake();
    return toJob(row);
  }

  async get(caller: Caller, id: string): Promise<Job> {
    return toJob(await this.#find(caller, id));
  }

  async list(caller: Caller, { limit, after }: JobQuery): Promise<{ data: readonly Job[]; hasMore: boolean }> {
    const { table, now } = this.#options;
    const before = after === undefined ? Number.MAX_SAFE_INTEGER : (await this.#find(caller, after, 'after')).seq;
    const rows = await table.list(caller, { before, limit: limit + 1, now: now() });
    return { data: rows.slice(0, limit).map(toJob), hasMore: rows.length > limit };
  }

  async stop(caller: Caller, id: string): Promise<Job> {
    const { table, now, runner, notices } = this.#options;
    const row = await table.stop(caller, id, now());
    if (row === undefined) throw jobNotFound();
    runner.abort(row.seq);
    notices.wake();
    return toJob(row);
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { table, now, runner } = this.#options;
    const seq = await table.delete(caller, id, now());
    if (seq === undefined) throw jobNotFound();
    runner.abort(seq);
  }

  /** Deletes some that are gone; true while there are more. */
  prune(): Promise<boolean> {
    return this.#options.table.prune(this.#options.now(), 20);
  }

  async #check(caller: Caller, client: string | undefined, batch: string, { work }: JobDraft): Promise<void> {
    const { answers, sessions } = this.#options;
    if (work.kind === 'agent') {
      if (sessions === undefined) throw noAgents(work.agent);
      await sessions.agent(caller, work.agent).catch((error: unknown) => {
        throw error instanceof HarnessError && error.code === 'AGENT_NOT_FOUND' ? noAgents(work.agent) : error;
      });
      return;
    }
    const { path, body } = work;
    if (answers?.serves(path) !== true) throw noEndpoint();
    await answers.check({ path, body, caller, client, batch });
  }

  async #find(caller: Caller, id: string, param?: string): Promise<JobRow> {
    const row = await this.#options.table.find(caller, id, this.#options.now());
    if (row === undefined) throw jobNotFound(param);
    return row;
  }
}

function jobNotFound(param?: string): HarnessError {
  const message = 'No job has this id: it was deleted, has expired, or belongs to another token.';
  return new HarnessError('JOB_NOT_FOUND', message, param === undefined ? {} : { param });
}

function tooMany(maxOpen: number): HarnessError {
  const message = `You have ${maxOpen} jobs that have not ended, as many as jobs.max_per_client allows. Wait for one, or stop one.`;
  return new HarnessError('QUEUE_FULL', message);
}

function noEndpoint(): HarnessError {
  const message =
    'endpoint: Input should be /v1/messages, /v1/chat/completions, /v1/completions or /v1/responses; other paths give no answers of a model.';
  return new HarnessError('INVALID_REQUEST', message, { param: 'endpoint' });
}

function ownWebhook(): HarnessError {
  const message =
    "webhook: this service tells no webhooks that clients name. Leave it out, or have the server's owner set jobs.allow_webhooks.";
  return new HarnessError('INVALID_REQUEST', message, { param: 'webhook' });
}

function noAgents(agent: string): HarnessError {
  const message = `agent: there is no agent "${agent}" for this token; GET /v1/agents lists those that there are.`;
  return new HarnessError('AGENT_NOT_FOUND', message, { param: 'agent' });
}
