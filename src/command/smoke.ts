import * as z from 'zod';
import { fetchAt } from '../util/fetch-at.ts';
import { authorization, getJson, reasonOf, type RunningService } from './running-service.ts';
import { streamChat } from './stream-chat.ts';

const modelList = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });
const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().min(1) }) })).min(1),
});
const failure = z.object({
  message: z.string().optional(),
  error: z.object({ message: z.string() }).optional(),
});

const question = [{ role: 'user', content: 'Answer with the one word: ready' }];

interface SmokeOptions {
  service: RunningService;
  /** The model to ask. */
  model: string;
  print: (text: string) => void;
}

/**
 * Checks the running service as a client would, with two small turns that count against the plan, and prints a line for
 * each check. Returns the exit code: 1 when one fails.
 */
export async function smokeCommand({ service, model, print }: SmokeOptions): Promise<number> {
  const checks: [name: string, check: () => Promise<string>][] = [
    ['health', async () => `answers (${(await getGood(service, '/health')).status})`],
    ['ready', async () => `would serve (${(await getGood(service, '/ready')).status})`],
    ['models', async () => `${modelList.parse((await getGood(service, '/v1/models')).body).data.length} models`],
    ['chat', () => askWhole(service, model)],
    ['stream', () => askStreamed(service, model)],
  ];
  let failures = 0;
  for (const [name, check] of checks) {
    const outcome = await check().then(
      (text) => `ok      ${name}: ${text}`,
      (error: unknown) => {
        failures += 1;
        return `problem ${name}: ${reasonOf(error)}`;
      },
    );
    print(`${outcome}\n`);
  }
  return failures === 0 ? 0 : 1;
}

async function getGood(service: RunningService, path: string): Promise<{ status: number; body: unknown }> {
  const answer = await getJson(service, path);
  if (answer.status === 200) return answer;
  throw new Error(`${answer.status}: ${messageOf(answer.body)}`);
}

async function askWhole({ url, token }: RunningService, model: string): Promise<string> {
  const startedAt = performance.now();
  const response = await fetchAt(url, '/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(token) },
    body: JSON.stringify({ model, messages: question }),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${messageOf(body)}`);
  const text = completion.parse(body).choices[0]?.message.content ?? '';
  return `${JSON.stringify(text.slice(0, 40))} after ${Math.round(performance.now() - startedAt)} ms`;
}

async function askStreamed({ url, token }: RunningService, model: string): Promise<string> {
  const startedAt = performance.now();
  let firstAt: number | undefined;
  const pieces: string[] = [];
  for await (const piece of streamChat(url, { model, messages: question }, token)) {
    firstAt ??= performance.now();
    pieces.push(piece);
  }
  if (firstAt === undefined) throw new Error('the answer was empty');
  return `${pieces.length} pieces, the first after ${Math.round(firstAt - startedAt)} ms`;
}

function messageOf(body: unknown): string {
  const parsed = failure.safeParse(body);
  return parsed.data?.error?.message ?? parsed.data?.message ?? 'no reason given';
}
