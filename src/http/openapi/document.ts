import type { NamedSchema } from '../../core/endpoint.ts';
import { version } from '../../util/version.ts';
import { everyBase, type Described, type Route } from '../routes/route.ts';
import { componentSchemas } from './components.ts';
import { headers } from './headers.ts';

/** What a path has for all its methods, and its methods. */
type PathItem = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  openapi: string;
  info: object;
  servers: readonly { url: string; description: string }[];
  paths: Readonly<Record<string, PathItem>>;
  components: { schemas: Record<string, object> } & Record<string, object>;
  [field: string]: unknown;
}

const description = `The \`claude\` command line tool as OpenAI's and Anthropic's APIs.

Every path under \`/v1\` is under \`/sdk\` and \`/api\` as well: the servers of this description. Those under \`/api\` are answered
by the direct backend, and with 404 where it is not configured. Paths with servers of their own are found under these only.

Other methods of a path are answered with 405, other paths with 404, in the same envelopes as the failures below. Failures of
paths that both APIs share have Anthropic's envelope where the request has an \`anthropic-version\`.

A token is asked for where the configuration has any (\`server.tokens\`).`;

const tags: readonly { name: string; description: string }[] = [
  { name: 'OpenAI', description: 'In the shapes of OpenAI’s API.' },
  { name: 'Anthropic', description: 'In the shapes of Anthropic’s API.' },
  { name: 'Models', description: 'In the shape of either.' },
  { name: 'Service', description: 'Of the service itself; none of it costs a model call.' },
];

interface DescribedRoute {
  route: Route;
  /** Absent for what is not described. */
  operation: Described | undefined;
}

/** What the service can be asked, and what it answers, in the words of OpenAPI. The same for every configuration. */
export async function createDocument(routes: readonly Route[]): Promise<OpenApiDocument> {
  const described = await Promise.all(routes.map(async (route) => ({ route, operation: await route.describe?.() })));
  const operations = described.flatMap(({ operation }) => operation ?? []);
  const parts = operations.flatMap((operation): readonly NamedSchema[] => operation.parts ?? []);
  return {
    openapi: '3.1.0',
    info: { title: 'claude-harness', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [
      { url: '/', description: 'What the configuration says: the CLI, or the direct backend for some models.' },
      { url: '/sdk', description: 'The same, where another harness has it.' },
      { url: '/api', description: 'The direct backend.' },
    ],
    tags,
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths: pathsOf(described),
    components: {
      schemas: componentSchemas(operations, parts),
      headers: { ...headers },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'As clients of OpenAI send it.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'As clients of Anthropic send it.' },
      },
    },
  };
}

function pathsOf(described: readonly DescribedRoute[]): Record<string, PathItem> {
  const paths: Record<string, PathItem> = {};
  for (const { route, operation } of described) {
    if (operation === undefined) continue;
    const path = toTemplate(route.path);
    paths[path] = { ...serversOf(route), ...paths[path], [route.method]: operation.item };
  }
  return paths;
}

/** Express's path with its parameters as OpenAPI writes them. */
function toTemplate(path: string): string {
  return path.replaceAll(/[:*](\w+)/g, '{$1}');
}

function serversOf({ bases }: Route): { servers?: object[] } {
  return bases === everyBase ? {} : { servers: bases.map((base) => ({ url: base === '' ? '/' : base })) };
}
