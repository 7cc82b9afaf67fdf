/**
 * The programs of the npm registry that put an OpenAI-shaped HTTP API before the `claude` CLI, as far as they are known
 * here: each is installed into a folder that is thrown away, and pointed at the stand-in by its environment.
 */
export interface Peer {
  name: string;
  version: string;
  /** The program, inside of the package. */
  entry: string;
  toArguments: (port: number) => string[];
  /** What it takes for the model that the harness is asked for. */
  model: string;
  /** Answers 200 when it serves. */
  readyPath: string;
}

export const peers: readonly Peer[] = [
  {
    name: 'claude-max-api-proxy',
    version: '1.0.0',
    entry: 'dist/server/standalone.js',
    toArguments: (port) => [String(port)],
    model: 'claude-haiku-4',
    readyPath: '/health',
  },
];
