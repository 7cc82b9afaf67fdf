import * as z from 'zod';
import { getJson, type RunningService } from '../running-service.ts';

const modelList = z.object({ data: z.array(z.object({ id: z.string().regex(/^\P{Cc}{1,256}$/u) })).max(1000) });

const orName = 'or name the models with --models a,b';

/** Fetches the models of a running harness, in its order, without a model call. Throws an `Error` that says what to do. */
export async function fetchModels(service: RunningService): Promise<string[]> {
  const { url } = service;
  const { status, body } = await getJson(service, '/v1/models').catch((cause: unknown) => {
    throw new Error(`No harness answers at ${url}: start it, pass its address with --url, ${orName}.`, { cause });
  });
  const fail = (what: string) => new Error(`${what}, ${orName}.`, { cause: status });
  if (status === 401) throw fail(`The harness at ${url} requires a token: set HARNESS_TOKEN`);
  const list = modelList.safeParse(body);
  if (status !== 200 || !list.success) {
    throw fail(`The server at ${url} (status ${status}) is not a harness: check --url`);
  }
  if (list.data.data.length === 0) throw fail(`The harness at ${url} has no models: log the CLI in`);
  return list.data.data.map(({ id }) => id);
}
