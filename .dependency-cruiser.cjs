/** The layers of docs/architecture.md as rules: each folder may import itself and what stands in its row. */
const layers = {
  core: [],
  util: [],
  config: ['core', 'util'],
  state: ['core', 'util'],
  observe: ['core', 'util'],
  'messages-api': ['core', 'util'],
  process: ['messages-api', 'core', 'util'],
  systemd: ['process', 'core', 'util'],
  admission: ['messages-api', 'core', 'util'],
  cli: ['process', 'admission', 'messages-api', 'core', 'util'],
  direct: ['admission', 'messages-api', 'core', 'util'],
  turn: ['messages-api', 'core', 'util'],
  backend: ['cli', 'direct', 'turn', 'admission', 'process', 'messages-api', 'config', 'core', 'util'],
  dialect: ['core'],
  feature: ['state', 'core', 'util'],
  exchange: ['dialect', 'feature', 'observe', 'core', 'util'],
  http: ['exchange', 'dialect', 'feature', 'observe', 'core', 'util'],
  'stand-in': ['core', 'util'],
  router: ['core', 'util'],
};
const everything = ['command', ...Object.keys(layers)];

const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-unlisted-folder',
      comment: 'A new top-level folder needs a row in the table above and in docs/architecture.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/((${everything.join('|')})/|(main|service)\\.ts$)` },
      to: {},
    },
    {
      name: 'nothing-imports-the-top',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(command/|main\\.ts$|service\\.ts$)' },
      to: { path: '^src/(command/|main\\.ts$|service\\.ts$)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'dialects-stay-apart',
      severity: 'error',
      from: { path: '^src/dialect/([^/]+)/' },
      to: { path: '^src/dialect/', pathNot: '^src/dialect/($1|openai-shared)/' },
    },
    {
      name: 'openai-shared-is-for-openai',
      comment: "What OpenAI's two APIs have in common, and nobody else.",
      severity: 'error',
      from: { path: '^src/dialect/', pathNot: '^src/dialect/openai-' },
      to: { path: '^src/dialect/openai-shared/' },
    },
    {
      name: 'features-stay-apart',
      severity: 'error',
      from: { path: '^src/feature/([^/]+)/' },
      to: { path: '^src/feature/', pathNot: '^src/feature/$1/' },
    },
    {
      name: 'pure-layers',
      comment: 'Translations and core types know no clock, no process and no network.',
      severity: 'error',
      from: { path: '^src/(core|dialect)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'processes-only-in-process',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/process/' },
      to: { path: '(^|/)(execa|child_process)(/|$)' },
    },
    {
      name: 'express-only-in-http',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/http/' },
      to: { path: '(^|/)(@types/)?express(/|$)' },
    },
    {
      name: 'sqlite-only-in-state',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/state/' },
      to: { path: '(^|/)@photostructure/sqlite(/|$)' },
    },
    {
      name: 'api-client-only-in-direct',
      comment: 'The library is large; it is loaded where the direct backend is configured.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/direct/(sdk-client|failures)\\.ts$' },
      to: { path: 'node_modules/@anthropic-ai/sdk' },
    },
    { name: 'not-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
