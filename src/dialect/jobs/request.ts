import type { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import type { JobDraft, JobQuery, JobWork } from '../../core/jobs.ts';
import { jobBody, jobQuery } from './request-schema.ts';

const messagesPath = '/v1/messages';
/** Required there, and nothing that somebody who has a question thinks of. */
const defaultMaxTokens = 8192;

/** Reads the body of `POST /v1/jobs`. Throws `INVALID_REQUEST`; what its request says is read when it is kept. */
export function fromJobBody(value: unknown): JobDraft {
  const { prompt, endpoint, body, agent, webhook, metadata, ...fields } = read(
    jobBody,
    value,
    'The request body must be a JSON object with prompt, messages or body.',
  );
  const { model } = { ...body, ...fields };
  return {
    work:
      agent === undefined
        ? toRequest({ prompt, endpoint, body, fields })
        : toAgentWork(agent, { prompt, endpoint, body, fields }),
    ...(typeof model === 'string' && { model }),
    metadata: metadata ?? {},
    ...(webhook != null && { webhook }),
  };
}

/** Reads the query of `GET /v1/jobs`. Throws `INVALID_REQUEST`. */
export function fromJobQuery(value: unknown): JobQuery {
  const { limit, after } = read(jobQuery, value, 'The query could not be read.');
  return { limit, ...(after !== undefined && { after }) };
}

interface Asked {
  prompt: string | undefined;
  endpoint: string | undefined;
  body: Readonly<Record<string, unknown>> | undefined;
  /** Of the request, beside those of the job. */
  fields: Readonly<Record<string, unknown>>;
}

function toAgentWork(agent: string, { prompt, endpoint, body, fields }: Asked): JobWork {
  if (prompt === undefined) throw invalid('prompt', 'Field required: it is what the agent is asked');
  const [other] = [
    ...(endpoint === undefined ? [] : ['endpoint']),
    ...(body === undefined ? [] : ['body']),
    ...Object.keys(fields),
  ];
  if (other !== undefined)
    throw invalid(printable(other), 'A job of an agent has none: the agent is configured; leave it out');
  return { kind: 'agent', agent, prompt };
}

function toRequest({ prompt, endpoint: path = messagesPath, body, fields }: Asked): JobWork {
  if (body !== undefined) {
    const [other] = [...(prompt === undefined ? [] : ['prompt']), ...Object.keys(fields)];
    if (other !== undefined)
      throw invalid(printable(other), 'It belongs into body, which is the whole request; move it there');
    return { kind: 'request', path, body: JSON.stringify(body) };
  }
  const asked = prompt === undefined ? {} : promptAt(path, prompt, fields);
  const bound = path === messagesPath ? { max_tokens: defaultMaxTokens } : {};
  return { kind: 'request', path, body: JSON.stringify({ ...bound, ...fields, ...asked }) };
}

/** Where the request of an API has what a user says. */
function promptAt(path: string, prompt: string, fields: Asked['fields']): Record<string, unknown> {
  const field = path === '/v1/responses' ? 'input' : path === '/v1/completions' ? 'prompt' : 'messages';
  if (field in fields) throw invalid('prompt', `${field} says what is asked; leave one of them out`);
  return { [field]: field === 'messages' ? [{ role: 'user', content: prompt }] : prompt };
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, whole: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue === undefined || issue.path.length === 0) throw new HarnessError('INVALID_REQUEST', whole);
  throw invalid(printable(issue.path.map(String).join('.')), issue.message);
}

function invalid(param: string, problem: string): HarnessError {
  return new HarnessError('INVALID_REQUEST', `${param}: ${problem}.`, { param });
}

/** Names of the client's own are repeated only where they are short and plain. */
function printable(name: string): string {
  return /^[\w.[\]-]{1,64}$/.test(name) ? name : '?';
}
