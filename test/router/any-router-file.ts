import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';

/** A router's file such as people write it. */
export interface AnyRouterFile {
  format: string;
  language: 'yaml' | 'json';
  text: string;
  /** Names of its providers; where an entry is one model, of those. */
  names: string[];
}

type Build = (names: string[], extra: object) => unknown;

/** Data of each format, with an entry for each name; `extra` are further fields of the entries. */
const builds: Record<string, Build> = {
  litellm: (names, extra) => ({
    model_list: names.map((name, index) => ({
      model_name: name,
      litellm_params: { model: `openai/m${index}`, order: index + 1, ...extra },
    })),
    litellm_settings: { drop_params: true },
  }),
  'litellm, no model list': () => ({ litellm_settings: { drop_params: true }, other: [1, 'two'] }),
  'litellm, chart': (names, extra) => ({
    replicaCount: 1,
    proxy_config: { model_list: names.map((name) => ({ model_name: name, litellm_params: { model: 'm', ...extra } })) },
  }),
  providers: (names, extra) => ({
    providers: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          base_url: `https://${index}.example/v1`,
          models: ['m1', 'm2'],
          enabled: index % 2 === 0,
          priority: 3,
          ...extra,
        },
      ]),
    ),
    other: { a: 1 },
  }),
  'providers, list': (names, extra) => ({
    router: {
      providers: names.map((name, index) => ({
        id: name,
        url: `https://${index}.example`,
        api_key: '${SOME_KEY}',
        ...extra,
      })),
      models: [{ id: 'm', name: 'm', providerId: names[0] }],
    },
  }),
  librechat: (names, extra) => ({
    version: '1.2.1',
    endpoints: {
      custom: names.map((name) => ({
        name,
        apiKey: '${K}',
        baseURL: 'https://a/v1',
        models: { default: ['m'] },
        ...extra,
      })),
    },
  }),
  continue: (names, extra) => ({
    name: 'Local',
    schema: 'v1',
    models: names.map((name) => ({ name, provider: 'ollama', model: 'm', ...extra })),
  }),
  olla: (names, extra) => ({
    discovery: {
      type: 'static',
      static: { endpoints: names.map((name) => ({ url: 'http://a:1', name, type: 'ollama', priority: 5, ...extra })) },
    },
    logging: { level: 'info' },
  }),
  'llama-swap': (names, extra) => ({
    peers: Object.fromEntries(names.map((name) => [name, { proxy: 'http://a', models: ['m1', 'm2'], ...extra }])),
  }),
  helicone: (names, extra) => ({
    providers: Object.fromEntries(names.map((name) => [name, { models: ['m'], 'base-url': 'http://a/', ...extra }])),
  }),
  agentgateway: (names, extra) => ({
    llm: { models: names.map((name) => ({ name, provider: 'openAI', params: { apiKey: '$K', ...extra } })) },
  }),
  plano: (names, extra) => ({
    version: 'v0.4.0',
    agents: [{ id: 'a', url: 'http://a:1' }],
    model_providers: names.map((name) => ({ name, model: 'openai/m', access_key: '$K', ...extra })),
  }),
  'claude-code-router': (names, extra) => ({
    Providers: names.map((name) => ({ name, api_base_url: 'https://a/v1/chat/completions', models: ['m'], ...extra })),
    Router: { default: 'a,m' },
  }),
  opencode: (names, extra) => ({
    $schema: 'https://opencode.ai/config.json',
    provider: Object.fromEntries(names.map((name) => [name, { npm: '@ai-sdk/openai', models: { m: {} }, ...extra }])),
  }),
  'opencode, no provider': () => ({ $schema: 'https://opencode.ai/config.json', model: 'a/m' }),
  crush: (names, extra) => ({
    $schema: 'https://charm.land/crush.json',
    providers: Object.fromEntries(
      names.map((name) => [name, { base_url: 'http://a/v1', models: [{ id: 'm' }], ...extra }]),
    ),
  }),
};

const jsonFormats = ['claude-code-router', 'opencode', 'crush'];

const anyNames = fc.uniqueArray(
  fc.constantFrom('openai', 'groq', 'my provider', 'a.b', 'x-1', 'fallback', "o'neil", 'no', 'anthropic'),
  { minLength: 1, maxLength: 4 },
);

const shared = { 'x-a': 1, 'x-b': [1, { c: 2 }] };
const anyExtra = fc.constantFrom<object>(
  {},
  { timeout: 30 },
  { notes: 'text: # no comment\n  - more\n' },
  { notes: 'kept\n\n\n' },
  { notes: 'one\ntwo' },
  { notes: null },
  // The same object in each entry becomes an anchor and aliases.
  { headers: shared },
);

const anyStyle = fc.record({
  indent: fc.constantFrom(2, 2, 3, 4),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
  defaultKeyType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const),
  lineBreak: fc.constantFrom('\n', '\r\n'),
  finalBreak: fc.boolean(),
  start: fc.constantFrom('', '', '---\n', '%YAML 1.1\n---\n'),
  end: fc.constantFrom('', '', '...\n'),
});

type Style = typeof anyStyle extends fc.Arbitrary<infer Value> ? Value : never;

/** Comments and blank lines, each put before a line unless it would change the data. */
const anyNoise = fc.array(
  fc.tuple(fc.nat(80), fc.constantFrom('', '', '# at the left', '  # a comment', '    # deeper: [', '   ', '      #')),
  { maxLength: 12 },
);

export const anyRouterFile: fc.Arbitrary<AnyRouterFile> = fc
  .tuple(fc.constantFrom(...Object.keys(builds)), anyNames, anyExtra, anyStyle, anyNoise)
  .map(([kind, names, extra, style, noise]) => {
    const format = kind.split(',')[0] ?? kind;
    const data = builds[kind]?.(names, extra);
    const language = jsonFormats.includes(format) ? 'json' : 'yaml';
    const written = language === 'json' ? asJson(data, style.indent, noise) : asYaml(data, style, noise);
    const text = style.finalBreak || /[|>]\+?$/m.test(written) ? written : written.trimEnd();
    return { format, language, text: text.replaceAll('\n', style.lineBreak), names: isEmpty(kind) ? [] : names };
  });

/** Such a file with a stretch of it replaced by something else. */
export const anyDamagedFile: fc.Arbitrary<string> = fc
  .tuple(anyRouterFile, fc.nat(), fc.nat(30), fc.string({ maxLength: 4 }))
  .map(([{ text }, at, length, put]) => {
    const offset = at % (text.length + 1);
    return text.slice(0, offset) + put + text.slice(offset + length);
  });

function isEmpty(kind: string): boolean {
  return kind.includes(', no ');
}

function asYaml(
  data: unknown,
  { start, end, indent, indentSeq, defaultStringType, defaultKeyType }: Style,
  noise: [number, string][],
): string {
  let text =
    start + stringify(data, { compat: 'yaml-1.1', indent, indentSeq, defaultStringType, defaultKeyType }) + end;
  for (const [at, line] of noise) {
    const noisy = withLine(text, at, line);
    if (isDeepStrictEqual(attempt(noisy), parse(text))) text = noisy;
  }
  return text;
}

function attempt(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function asJson(data: unknown, indent: number, noise: [number, string][]): string {
  const text = JSON.stringify(data, undefined, indent === 3 ? '\t' : indent);
  // Between any two lines of it there may be a comment.
  return `${noise.reduce((all, [at, line]) => withLine(all, at, line.replace('#', '//')), text)}\n`;
}

function withLine(text: string, at: number, line: string): string {
  const lines = text.split('\n');
  return lines.toSpliced(at % lines.length, 0, line).join('\n');
}
