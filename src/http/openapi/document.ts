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

Every path under \`/v1\` also exists under \`/sdk\` and \`/api\`: these are the servers of this description. The direct backend
answers the paths under \`/api\`; they answer 404 if it is not configured. Paths with their own servers exist under those only.

Other methods of a path answer 405 and other paths 404, in the same envelopes as the failures below. On paths that both APIs
share, failures have Anthropic's envelope if the request has an \`anthropic-version\` header.

Requests need a token if the configuration has any (\`server.tokens\`).`;

const tags: readonly { name: string; description: string }[] = [
  { name: 'OpenAI', description: 'OpenAI’s API.' },
  { name: 'Anthropic', description: 'Anthropic’s API.' },
  {
    name: 'Agents',
    description:
      'Agents and their sessions, as Anthropic’s Managed Agents: the CLI with its tools, in folders of the server.',
  },
  { name: 'Jobs', description: 'Requests and turns of agents that are begun now and fetched later.' },
  { name: 'Files', description: 'Files that clients leave with the service, in the format of either API.' },
  { name: 'Models', description: 'The models, in the format of either API.' },
  { name: 'Usage', description: 'What was asked and used, for the owner; no model calls.' },
  { name: 'Service', description: 'The service itself; no model calls.' },
  { name: 'Owner', description: 'The CLI’s login, versions, configuration and processes, for the owner.' },
];

interface DescribedRoute {
  route: Route;
  /** Absent for what is not described. */
  operation: Described | undefined;
}

/** All requests and answers of the service as OpenAPI. It is the same for every configuration. */
export async function createDocument(routes: readonly Route[]): Promise<OpenApiDocument> {
  const described = await Promise.all(routes.map(async (route) => ({ route, operation: await route.describe?.() })));
  const operations = described.flatMap(({ operation }) => operation ?? []);
  const parts = operations.flatMap((operation): readonly NamedSchema[] => operation.parts ?? []);
  return {
    openapi: '3.1.0',
    info: { title: 'claude-harness', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [
      { url: '/', description: 'The CLI, or the direct backend for the models that the configuration names.' },
      { url: '/sdk', description: 'The same, at the path that another harness uses.' },
      { url: '/api', description: 'The direct backend.' },
    ],
    tags,
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths: pathsOf(described),
    components: {
      schemas: componentSchemas(operations, parts),
      headers: { ...headers },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'As OpenAI clients send it.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'As Anthropic clients send it.' },
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
