import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromMessagesRequest } from '../../src/dialect/anthropic-messages/request.ts';
import { understoodFields as understoodByMessages } from '../../src/dialect/anthropic-messages/request-schema.ts';
import { fromChatRequest } from '../../src/dialect/openai-chat/request.ts';
import { understoodFields } from '../../src/dialect/openai-chat/request-schema.ts';
import { fromTextRequest, understoodTextFields } from '../../src/dialect/openai-chat/text-request.ts';
import { checkedFields as refusedByResponses } from '../../src/dialect/openai-responses/refused-fields.ts';
import { parseResponsesRequest, toResponsesTurn } from '../../src/dialect/openai-responses/request.ts';
import { understoodFields as understoodByResponses } from '../../src/dialect/openai-responses/request-schema.ts';
import { checkedFields } from '../../src/dialect/openai-chat/unsupported-params.ts';
import { agentBody } from '../../src/dialect/managed-agents/agent-request-schema.ts';
import { createBody } from '../../src/dialect/managed-agents/session-request-schema.ts';
import { createDocument } from '../../src/http/openapi/document.ts';
import { endpoints, routesFor } from '../../src/http/routes/table.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const policy = { defaultModel: 'sonnet', unsupportedParams: 'ignore', maxChoices: 4 } as const;

/** The rows of a section's field table: name to status. */
function fieldsOf(section: string): Map<string, string> {
  const text = page.split(/^#{2,3} /m).find((part) => part.startsWith(section)) ?? '';
  return new Map(
    [...text.matchAll(/^\| `(\w+)` +\| (supported|emulated|passed on|ignored|refused) /gm)].map(
      ([, name = '', status = '']) => [name, status],
    ),
  );
}

/** The values of the fields that ask for something. */
const asking = new Map<string, unknown>([
  ['modalities', ['audio']],
  ['suffix', 'the end'],
  ['echo', true],
  ['best_of', 3],
  ['stream_options', { include_obfuscation: true }],
]);
const valueOf = (field: string) => asking.get(field) ?? 'something';

describe.each([
  {
    section: 'POST /v1/chat/completions',
    understood: [...understoodFields],
    refused: [...checkedFields],
    ignoredBy: (fields: object) =>
      fromChatRequest({ model: 'haiku', messages: [{ role: 'user', content: 'Hi' }], ...fields }, policy).ignored,
  },
  {
    section: 'POST /v1/completions',
    understood: [...understoodTextFields].filter((name) => !['suffix', 'echo', 'best_of'].includes(name)),
    refused: ['suffix', 'echo', 'best_of'],
    ignoredBy: (fields: object) => fromTextRequest({ model: 'haiku', prompt: 'Hi', ...fields }, policy).ignored,
  },
  {
    section: 'POST /v1/messages\n',
    understood: [...understoodByMessages],
    refused: [],
    ignoredBy: (fields: object) =>
      fromMessagesRequest(
        { model: 'haiku', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], ...fields },
        policy,
      ).ignored,
  },
  {
    section: 'POST /v1/responses\n',
    understood: [...understoodByResponses],
    refused: [...refusedByResponses],
    ignoredBy: (fields: object) =>
      toResponsesTurn(
        parseResponsesRequest({ model: 'haiku', input: 'Hi', ...fields }, { defaultModel: 'sonnet' }),
        { earlier: [], findItem: () => undefined },
        'ignore',
      ).ignored,
  },
])('docs/api.md on $section', ({ section, understood, refused, ignoredBy }) => {
  const documented = fieldsOf(section);
  const namesOf = (...statuses: string[]) =>
    [...documented].filter(([, status]) => statuses.includes(status)).map(([name]) => name);

  it('calls those fields supported that the schema has', () => {
    expect(namesOf('supported', 'emulated').toSorted()).toEqual(understood.toSorted());
  });

  it('calls those fields refused that are', () => {
    expect(namesOf('refused').toSorted()).toEqual(refused.toSorted());
    for (const name of refused) expect(() => ignoredBy({ [name]: valueOf(name) })).toThrow(name);
  });

  it('calls those fields ignored that are accepted and named', () => {
    const ignored = namesOf('ignored');
    expect(ignored.length).toBeGreaterThan(0);
    for (const name of ignored) expect(ignoredBy({ [name]: valueOf(name) })).toEqual([name]);
  });
});

describe.each([
  { section: 'Agents and sessions', body: createBody, plain: { agent: 'tidy' } },
  { section: 'Agents that owners create', body: agentBody, plain: { name: 'Reader', model: 'haiku' } },
])('docs/api.md on $section', ({ section, body, plain }) => {
  const documented = fieldsOf(section);
  const fields = Object.keys(body.shape);

  it('has all their fields', () => {
    expect([...documented.keys()].toSorted()).toEqual(fields.toSorted());
  });

  it('calls those refused that are', () => {
    const refused = fields.filter((name) => {
      const { error } = body.safeParse({ ...plain, [name]: ['something'] });
      return error?.issues.some(({ code, path }) => code === 'custom' && path.length === 1) === true;
    });
    expect(fields.filter((name) => documented.get(name) === 'refused')).toEqual(refused);
  });
});

it('docs/api.md calls those fields passed on that backends are given', () => {
  const documented = [...fieldsOf('POST /v1/messages\n')].filter(([, status]) => status === 'passed on');
  expect(documented.length).toBeGreaterThan(5);
  for (const [name] of documented) {
    const body = { model: 'haiku', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], [name]: 'something' };
    const { options, ignored } = fromMessagesRequest(body, policy);
    expect({ extra: options.extra, ignored }).toEqual({ extra: { [name]: 'something' }, ignored: [] });
  }
});

it('docs/api.md has every path of the description', async () => {
  const { paths } = await createDocument(routesFor(endpoints));
  expect(Object.keys(paths).filter((path) => !page.includes(`${path}\``))).toEqual([]);
});
