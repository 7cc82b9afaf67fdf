import { defineConfig } from 'vitest/config';

/** Each test drives real processes; two files at once are what a two-core machine serves well. */
const onProcesses = {
  maxWorkers: 2,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Starting a CLI takes seconds on a busy machine; what must be quick says so itself.
  expect: { poll: { timeout: 10_000 } },
  setupFiles: ['test/support/end-what-is-left.ts'],
};

/** By default one processor of two is kept for who reports, which takes next to nothing. */
const onProcessors = { maxWorkers: 2 };

/** The files share nothing but the program and its clients, and loading those anew for each takes seconds. */
const isolate = false;

/** Agents are driven over many steps: these take their time. */
const ofAgents = [
  'test/integration/agents/**/*.test.ts',
  'test/conformance/{agent-models,managed-agents,permissions,query}.test.ts',
];

/** Starts and ends of services and processes, everything that can be refused, and further client libraries: these take minutes. */
const atLength = [
  'test/integration/{alerts,batches,build,checked-service,choices-and-stop,client,commands,completions,contract}.test.ts',
  'test/integration/{dialects,direct,examples,failures,fallback,files,idle,jobs,structured-output}.test.ts',
  'test/integration/{learned-refusals,lifecycle,listen,logins,look-alike-ids,named-files,npm-package,owner}.test.ts',
  'test/integration/{passed-on,prepared,refused-counts,refused-inputs,reload,response-cache,reuse}.test.ts',
  'test/integration/{ssh-tunnel,state,tunnel,web-search}.test.ts',
  'test/conformance/{agents,agents-responses,ai-sdk,anthropic,anthropic-ai-sdk,anthropic-langchain,batches}.test.ts',
  'test/conformance/{langchain,langchain-responses,n8n,openai-formats,openai-tools,responses}.test.ts',
  'test/conformance/{responses-restart,wire}.test.ts',
];

/** What is the same with every CLI: the service's commands, the API's own backend, dialects and further clients of them. */
const ofAnyCli = [
  'test/integration/{alerts,batches,build,choices-and-stop,commands,completions,conversations,direct,examples}.test.ts',
  'test/integration/{fallback,files,idle,listen,look-alike-ids,npm-package,reload,response-cache,shell,ssh-tunnel}.test.ts',
  'test/integration/{state,tunnel}.test.ts',
  'test/conformance/{agents,agents-responses,ai-sdk,anthropic-ai-sdk,anthropic-langchain,langchain,langchain-responses}.test.ts',
  'test/conformance/{files,n8n,openai-formats,openai-tools,responses-restart,wire}.test.ts',
];
const notAsked = process.env['ONLY_OF_CLI'] === undefined ? [] : ofAnyCli;

/** `npm test` runs the first two; the others take their time and are of use before a release (`.ci/run`). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{clients,integration,conformance,database,faults,fuzz,endurance}/**'],
          ...onProcessors,
          testTimeout: 10_000,
          isolate,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,conformance}/**/*.test.ts'],
          exclude: [...ofAgents, ...atLength, ...notAsked],
          ...onProcesses,
          isolate,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'at-length',
          include: atLength,
          exclude: notAsked,
          ...onProcesses,
          isolate,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'agents',
          include: ofAgents,
          ...onProcesses,
          isolate,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'database',
          include: ['test/database/**/*.test.ts'],
          globalSetup: ['test/support/postgres/for-tests.ts'],
          ...onProcesses,
          isolate,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          ...onProcesses,
          isolate,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          ...onProcessors,
          testTimeout: 10_000,
          isolate,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'endurance',
          include: ['test/endurance/**/*.test.ts'],
          ...onProcesses,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'clients',
          include: ['test/clients/*.test.ts'],
          ...onProcesses,
          // A client takes several turns, and seconds to start.
          testTimeout: 200_000,
          isolate,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
