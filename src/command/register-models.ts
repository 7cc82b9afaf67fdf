import * as z from 'zod';
import { getJson, type RunningService } from './running-service.ts';

const modelList = z.object({ data: z.array(z.object({ id: z.string().regex(/^\P{Cc}{1,256}$/u) })).max(1000) });

const orName = 'or name the models with --models a,b';

/** The models of a running harness, in its own order. Costs no model call. Throws an `Error` that says what to do. */
export async function askForModels(service: RunningService): Promise<string[]> {
  const { url } = service;
  const { status, body } = await getJson(service, '/v1/models').catch((cause: unknown) => {
    throw new Error(`No harness answers at ${url}: start it, give its address with --url, ${orName}.`, { cause });
  });
  const fail = (what: string) => new Error(`${what}, ${orName}.`, { cause: status });
  if (status === 401) throw fail(`The harness at ${url} asks for a token: set HARNESS_TOKEN`);
  const list = modelList.safeParse(body);
  if (status !== 200 || !list.success) {
    throw fail(`What answers at ${url} (status ${status}) is no harness: check --url`);
  }
  if (list.data.data.length === 0) throw fail(`The harness at ${url} has no models: log the CLI in`);
  return list.data.data.map(({ id }) => id);
}
