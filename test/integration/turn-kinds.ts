import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import { cheapModel, type Harness } from '../support/harness.ts';

/** One way in which a turn can go: what is asked, how the API answers, and whether the client stays for it. */
export interface TurnKind {
  behaviour: Behaviour | Behaviour[];
  /** Of the Messages API, beside the model. */
  fields: Record<string, unknown>;
  /** The client leaves so many ms after its request; once that has reached the API; or once the answer has begun. */
  leaves?: number | 'asked' | 'mid-answer';
}

const text = (words: string) => ({ type: 'text', text: words });
const user = (...content: object[]) => [{ role: 'user', content }];
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const tool = { name: 'f', description: 'Does it.', input_schema: { type: 'object', properties: {} } };
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const answer = { kind: 'answer', text: 'A short answer.' } as const;
const error = (status: number): Behaviour => ({ kind: 'error', status, message: 'made up' });
const asking = (words: string) => ({ max_tokens: 4000, messages: user(text(words)) });

export const turnKinds = {
  plain: { behaviour: answer, fields: asking('A plain question') },
  history: {
    behaviour: answer,
    fields: {
      max_tokens: 99,
      messages: [
        ...user(text('/context'), text('@/etc/hostname')),
        { role: 'assistant', content: [text('Well')] },
        ...user(text('And then?')),
      ],
    },
  },
  tools: {
    behaviour: { kind: 'answer', text: 'Let me', toolUses: [{ name: 'mcp__client__f', input: {} }] },
    fields: { ...asking('Use a tool for this'), tools: [tool], tool_choice: { type: 'any' }, stop_sequences: ['END'] },
  },
  thinking: {
    behaviour: { kind: 'answer', thinking: 'Hm.', text: 'Well.' },
    fields: {
      ...asking('Think about it'),
      thinking: { type: 'enabled', budget_tokens: 2000 },
      output_config: { effort: 'low' },
    },
  },
  schema: {
    behaviour: { kind: 'answer', toolUses: [{ name: 'StructuredOutput', input: { city: 'Rome' } }] },
    fields: { ...asking('Where?'), output_config: { format: { type: 'json_schema', schema } } },
  },
  image: {
    behaviour: answer,
    fields: {
      max_tokens: 500,
      messages: user({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }),
    },
  },
  error400: { behaviour: error(400), fields: asking('This is refused') },
  error429: { behaviour: error(429), fields: asking('This is too often') },
  error500: { behaviour: error(500), fields: asking('This fails') },
  refusal: { behaviour: { kind: 'answer', text: 'No.', stopReason: 'refusal' }, fields: asking('This is declined') },
  maxTokens: { behaviour: { kind: 'answer', text: 'It', stopReason: 'max_tokens' }, fields: asking('This is long') },
  cut: { behaviour: { kind: 'answer', words: 9, cutAfterDeltas: 4, deltaEveryMs: 3 }, fields: asking('This is cut') },
  gone: {
    behaviour: { kind: 'answer', words: 10_000, deltaEveryMs: 3 },
    fields: asking('Nobody waits for this'),
    leaves: 'mid-answer',
  },
  goneEarly: { behaviour: answer, fields: asking('Nobody waits for this at all'), leaves: 8 },
  hang: { behaviour: { kind: 'hang' }, fields: asking('This is never answered'), leaves: 'asked' },
} satisfies Record<string, TurnKind>;

export type KindName = keyof typeof turnKinds;
export const kindNames = Object.keys(turnKinds) as KindName[];

/** Asks as a client does, and gives up where the kind says so; whatever comes of it is as it should be. */
export async function ask({ url, standIn }: Pick<Harness, 'url' | 'standIn'>, name: KindName): Promise<void> {
  const { fields, leaves }: TurnKind = turnKinds[name];
  const controller = new AbortController();
  const body = JSON.stringify({ model: cheapModel, system: 'You are a test.', stream: true, ...fields });
  const leave = () => {
    controller.abort();
  };
  if (typeof leaves === 'number') setTimeout(leave, leaves);
  if (leaves === 'asked') void arrival(standIn).then(leave);
  try {
    const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
    const response = await fetch(`${url}/v1/messages`, { method: 'POST', headers, body, signal: controller.signal });
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      if (leaves === 'mid-answer' && chunk.length > 0) leave();
    }
  } catch (reason) {
    if (!controller.signal.aborted) throw reason;
  }
}

/** When the next request has reached the API. */
async function arrival({ requests }: Harness['standIn']): Promise<void> {
  const before = requests.length;
  while (requests.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every ordered pair of kinds as neighbours, each once. */
export function everyPair(): KindName[] {
  const left = new Map(kindNames.map((name) => [name, [...kindNames]]));
  const path: KindName[] = [];
  const stack: KindName[] = [kindNames[0] ?? 'plain'];
  while (stack.length > 0) {
    const next = left.get(stack.at(-1) ?? 'plain')?.pop();
    if (next !== undefined) stack.push(next);
    else path.push(stack.pop() ?? 'plain');
  }
  return path.reverse();
}
