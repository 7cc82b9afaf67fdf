import { version } from '../../util/version.ts';
import { chatPaths } from './chat-paths.ts';
import { headers } from './headers.ts';
import { messagesPaths } from './messages-paths.ts';
import { modelPaths } from './model-paths.ts';
import { responsesPaths } from './responses-paths.ts';
import { componentSchemas } from './schemas.ts';
import { servicePaths } from './service-paths.ts';
import type { PathItem } from './operation.ts';

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

/** What the service can be asked, and what it answers, in the words of OpenAPI. The same for every configuration. */
export function createDocument(): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'claude-harness', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [
      { url: '/', description: 'What the configuration says: the CLI, or the direct backend for some models.' },
      { url: '/sdk', description: 'The same, where another harness has it.' },
      { url: '/api', description: 'The direct backend.' },
    ],
    tags: [
      { name: 'OpenAI', description: 'In the shapes of OpenAI’s API.' },
      { name: 'Anthropic', description: 'In the shapes of Anthropic’s API.' },
      { name: 'Models', description: 'In the shape of either.' },
      { name: 'Service', description: 'Of the service itself; none of it costs a model call.' },
    ],
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths: { ...chatPaths, ...responsesPaths, ...messagesPaths, ...modelPaths, ...servicePaths },
    components: {
      schemas: componentSchemas(),
      headers: { ...headers },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'As clients of OpenAI send it.' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'As clients of Anthropic send it.' },
      },
    },
  };
}
