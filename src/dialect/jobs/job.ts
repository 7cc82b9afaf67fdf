import { isObject } from '../../core/is-object.ts';
import type { Job } from '../../core/jobs.ts';
import type { WireJob, WireJobList } from './job-schema.ts';

/** `urlOf`: the address of a job, by its id. */
export function toWireJob(job: Job, urlOf: (id: string) => string): WireJob {
  const { id, status, path, agent, model, sessionId, createdAt, startedAt, endedAt, goneAt, metadata } = job;
  const { response, error, usage } = job;
  return {
    job_id: id,
    object: 'job',
    status,
    poll_url: urlOf(id),
    endpoint: path ?? null,
    agent: agent ?? null,
    model: model ?? null,
    session_id: sessionId ?? null,
    created_at: toTime(createdAt),
    started_at: startedAt === undefined ? null : toTime(startedAt),
    ended_at: endedAt === undefined ? null : toTime(endedAt),
    expires_at: toTime(goneAt),
    text: job.text ?? (status === 'completed' && response !== undefined ? textOf(response.body) : null),
    result: response === undefined ? null : { ...response.body },
    result_status: response?.status ?? null,
    request_id: response?.requestId ?? null,
    error: error ?? null,
    usage:
      usage === undefined
        ? null
        : {
            input_tokens: usage.inputTokens,
            cached_tokens: usage.cachedTokens,
            output_tokens: usage.outputTokens,
            thinking_tokens: usage.thinkingTokens,
          },
    metadata: { ...metadata },
  };
}

export function toWireJobs(
  { data, hasMore }: { data: readonly Job[]; hasMore: boolean },
  urlOf: (id: string) => string,
): WireJobList {
  return {
    object: 'list',
    data: data.map((job) => ({ ...toWireJob(job, urlOf), result: null })),
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** The text of an answer of any endpoint: blocks, choices, or items whose parts are texts. */
function textOf(body: object): string | null {
  const { content, choices, output } = body as Record<string, unknown>;
  if (Array.isArray(content)) return textsIn(content);
  if (Array.isArray(output)) {
    return textsIn(
      output.flatMap((item: unknown): unknown[] =>
        isObject(item) && Array.isArray(item['content']) ? item['content'] : [],
      ),
    );
  }
  const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
  if (!isObject(choice)) return null;
  const text = isObject(choice['message']) ? choice['message']['content'] : choice['text'];
  return typeof text === 'string' ? text : null;
}

function textsIn(parts: readonly unknown[]): string {
  return parts.flatMap((part) => (isObject(part) && typeof part['text'] === 'string' ? [part['text']] : [])).join('');
}

function toTime(at: number): string {
  return new Date(at).toISOString();
}
