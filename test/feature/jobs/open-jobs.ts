import { expect, onTestFinished } from 'vitest';
import type { HarnessError } from '../../../src/core/errors.ts';
import type { Job, JobDraft } from '../../../src/core/jobs.ts';
import type { Caller } from '../../../src/core/sessions.ts';
import { createJobs, type CreateJobsOptions, type JobEngine } from '../../../src/feature/jobs/create-jobs.ts';
import type { JobAnswers, JobQuestion, JobReply } from '../../../src/feature/jobs/job-context.ts';
import { SqliteState } from '../../../src/state/sqlite-state.ts';
import { newId } from '../../../src/util/new-id.ts';
import { openState, type OpenState } from '../../state/open-state.ts';
import { HeldState } from './held-state.ts';

export const reply: JobReply = {
  status: 200,
  requestId: 'req_1',
  body: { type: 'message', content: [{ type: 'text', text: 'Hi' }] },
  usage: { inputTokens: 5, cachedTokens: 1, outputTokens: 2, thinkingTokens: 0 },
};

export const request: JobDraft = {
  work: { kind: 'request', path: '/v1/messages', body: '{"a":1}' },
  metadata: { night: '12' },
};

export interface OpenJobs extends JobEngine {
  state: OpenState;
  /** What is between it and the state file. */
  held: HeldState;
  serviceId: string;
  /** What was asked so far. */
  asked: JobQuestion[];
  /** The job of a caller when it has this status. */
  until: (id: string, status: Job['status'], caller?: Caller) => Promise<Job>;
}

export interface OpenOptions extends Partial<Omit<CreateJobsOptions, 'answers' | 'state'>> {
  /** Of a service that was there before. */
  path?: string;
  answer?: JobAnswers['answer'];
  check?: JobAnswers['check'];
}

/** On a busy machine. */
export const soon = { timeout: 8000 };

let starts = 0;

/** A service of its own over a state file, which has begun. Stopped with the test. */
export function openJobs({ path, answer, check, ...changes }: OpenOptions = {}): OpenJobs {
  starts += 1;
  const state = openState(path === undefined ? {} : { path });
  const held = new HeldState(new SqliteState(state.file));
  const asked: JobQuestion[] = [];
  const serviceId = changes.serviceId ?? `service-${starts}`;
  const engine = createJobs({
    ...{ state: held, log: state.log, now: () => state.clock.now, newId, serviceId },
    machine: () => 'machine-1',
    ...{ concurrency: 2, maxOpen: 10, keepMs: 1000, allowsOwnWebhook: false, retryMs: 1, isGone: () => false },
    beginWork: () => ({ signal: new AbortController().signal, end: () => undefined }),
    ...changes,
    answers: {
      serves: (asked) => asked === '/v1/messages',
      check: check ?? (() => Promise.resolve()),
      answer: (question, signal) => {
        asked.push(question);
        return answer?.(question, signal) ?? Promise.resolve(reply);
      },
    },
  });
  engine.start();
  onTestFinished(() => engine.stop());
  const until: OpenJobs['until'] = async (id, status, caller) => {
    await expect.poll(async () => (await engine.jobs.get(caller, id)).status, soon).toBe(status);
    return engine.jobs.get(caller, id);
  };
  return { ...engine, state, held, serviceId, asked, until };
}

/** An answer that comes when its signal aborts. */
export const hanging: JobAnswers['answer'] = (_question, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      const error = signal.reason as HarnessError;
      resolve({ status: 503, requestId: 'req_1', body: {}, error });
    });
  });
