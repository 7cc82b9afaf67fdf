#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { agentMountsCommand } from './command/agent-mounts.ts';
import { checkConfigCommand } from './command/check-config.ts';
import { configCommand } from './command/config.ts';
import { getConfigCommand, parseKey } from './command/get-config.ts';
import type { LoginCommandOptions } from './command/login.ts';
import type { LogsOptions } from './command/logs/logs.ts';
import { readLogCommand } from './command/read-log.ts';
import type { RegisterOptions } from './command/register/register.ts';
import { parseEntryName, parseModelNames, parseWholeNumber } from './command/register/options.ts';
import { defineAgentCommands } from './command/agent/define.ts';
import { defineBatchCommands } from './command/batch/define.ts';
import { defineFileCommands } from './command/files/define.ts';
import {
  finish,
  load,
  onStandardError,
  print,
  serviceOf,
  withConfig,
  withService,
  type ConfigOptions,
  type ServiceOptions,
} from './command/options.ts';
import { runningService } from './command/running-service.ts';
import type { ServeOptions } from './command/serve.ts';
import { defineServiceCommand } from './command/service/define.ts';
import { defineShellCommands } from './command/shell/define.ts';
import { defineStateCommands } from './command/state/define.ts';
import { statusCommand, type StatusOptions } from './command/status.ts';
import { tokenCommand } from './command/token.ts';
import { groupings, usageCommand, type UsageOptions } from './command/usage.ts';
import type { UnregisterOptions } from './command/register/unregister.ts';
import { describeUnknownCommand } from './command/unknown-command.ts';
import { ConfigError } from './config/config-error.ts';
import { parseDuration } from './config/duration.ts';
import type { ConfigKey } from './config/keys.ts';
import { tunnelTypes } from './config/sections/tunnel.ts';
import { ownEnvironment } from './process/environment.ts';
import { formatNames } from './router/format-names.ts';
import { fullVersion } from './util/version.ts';

/** Of commands that print a table for people, or what programs read. */
interface FormatFlags {
  json?: boolean | undefined;
  csv?: boolean | undefined;
}

/** Of a wrong command line, as of most programs. */
const usageExitCode = 2;

// What a command is made of is loaded when it is asked for: all of it takes three times as long as what reads the line.
const program = new Command('claude-harness')
  .description('OpenAI-compatible HTTP service over the claude command line tool')
  .version(fullVersion)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageExitCode));

withConfig(program.command('serve', { isDefault: true }))
  .description('serve until SIGTERM or Ctrl-C; SIGHUP: read the configuration again')
  .option(
    '--exit-without-cli <duration>',
    'exit with 75 when the claude CLI has been missing for so long, for a unit whose view of the files is that of its start',
    parseWait,
  )
  .addOption(
    new Option('--tunnel <type>', 'make the service public, same as --set tunnel.type=...').choices(tunnelTypes),
  )
  .addOption(new Option('--agents-socket <path>', 'the socket of the service that runs the agents').hideHelp())
  .addOption(new Option('--until-input-ends', 'stop when standard input ends').hideHelp())
  .addOption(new Option('--as-agents-service', 'run the agents for another service').hideHelp())
  .action(async (options: ConfigOptions & ServeOptions) => {
    const { serveCommand } = await import('./command/serve.ts');
    finish(await serveCommand(() => load(options), options));
  });

program
  .command('demo')
  .description('show a streamed answer from the real CLI, without login or internet, then serve')
  .option('--once', 'exit after the answer', false)
  .option('--port <number>', 'port to serve on (default: 8013, or any free one)', parsePort)
  .action(async (options: { once: boolean; port?: number }) => {
    const { demoCommand } = await import('./command/demo/demo.ts');
    finish(await demoCommand(options));
  });

withConfig(program.command('doctor'))
  .description('check everything a turn needs; exit 1 on a problem')
  .option('--turn', 'also run a real turn, which counts against the plan', false)
  .option('--json', 'print what was found as JSON', false)
  .action(async (options: ConfigOptions & { turn: boolean; json: boolean }) => {
    const { doctorCommand } = await import('./command/doctor/doctor.ts');
    finish(await doctorCommand(load(options), options));
  });

withService(program.command('status'))
  .description('show the state of the running service; exit 3 when it would not serve')
  .option('--json', 'print everything that it says of itself', false)
  .action(async (options: ServiceOptions & StatusOptions) => {
    finish(await statusCommand(serviceOf(options), options, print));
  });

withService(program.command('health'))
  .description('exit 0 when the running service is sound, logged in or not, else 1, for what watches it')
  .action(async (options: ServiceOptions) => {
    const { healthCommand } = await import('./command/health.ts');
    finish(await healthCommand(serviceOf(options), print));
  });

withConfig(program.command('login'))
  .description('log in the claude CLI as the calling user, in this terminal')
  .option('--login <name>', 'which login of claude.logins; the first by default')
  .action(async (options: ConfigOptions & LoginCommandOptions) => {
    const { loginCommand } = await import('./command/login.ts');
    finish(await loginCommand(load(options), options));
  });

withService(program.command('usage'))
  .description('show what was used, and what it would cost by the API; needs an owner or viewer where there are tokens')
  .addOption(new Option('--by <what>', 'what is summed up').choices(groupings).default('day'))
  .option('--since <time>', 'such as 7d, 24h or 2026-01-31 (default: 7d; of hours 24h, of blocks 2d)')
  .addOption(new Option('--json', 'print the whole answer').conflicts('csv'))
  .option('--csv', 'print exact figures as a table for programs')
  .action(
    async ({ by, since, json, csv, ...options }: ServiceOptions & Pick<UsageOptions, 'by' | 'since'> & FormatFlags) => {
      const format = formatOf({ json, csv });
      const asked = { by, format, ...(since !== undefined && { since }) } as const;
      finish(await usageCommand(serviceOf(options), asked, print, onStandardError.write));
    },
  );

withService(program.command('logs'))
  .description('show who asked what, how it went and what it took; needs an owner or viewer where there are tokens')
  .option('--since <time>', 'such as 7d, 24h or 2026-01-31 (default: all that is kept)')
  .option('--model <name>', 'as it was asked for or as it answered')
  .option('--client <name>', 'the name of a token, or what a client calls itself')
  .option('--status <status>', 'such as 429, or 5xx')
  .option('--error <code>', 'such as QUEUE_FULL; any: those that failed')
  .option('--limit <number>', 'how many, the newest ones', parseWholeNumber, 50)
  .option('--follow', 'go on with those that finish from now on', false)
  .addOption(new Option('--json', 'print the whole answer; with --follow, an object a line').conflicts('csv'))
  .option('--csv', 'print everything as a table for programs')
  .action(async ({ json, csv, ...options }: ServiceOptions & Omit<LogsOptions, 'format'> & FormatFlags) => {
    const { logsCommand } = await import('./command/logs/logs.ts');
    const asked = { ...options, format: formatOf({ json, csv }) };
    finish(await logsCommand(serviceOf(options), asked, { print, now: Date.now }));
  });

withService(program.command('smoke'))
  .description('check the running service with two small turns; sends HARNESS_TOKEN if set; exit 1 on a problem')
  .action(async (options: ServiceOptions) => {
    const { smokeCommand } = await import('./command/smoke.ts');
    const { server, models } = load(options).config;
    const service = runningService(server, options.url ?? ownEnvironment()['HARNESS_URL'], ownEnvironment());
    finish(await smokeCommand({ service, model: models.default, print }));
  });

const config = withConfig(program.command('config'))
  .description('print the effective configuration with secrets hidden')
  .option('--json', 'print it as JSON, without where values come from', false)
  .action((options: ConfigOptions & { json: boolean }) => {
    configCommand(load(options), options, print);
  });

config
  .command('check')
  .argument('[file]', 'the configuration to check (default: the one in use)')
  .description('check the configuration without serving; exit 78 when it is wrong')
  .action((file: string | undefined, _, command: Command) => {
    const options: ConfigOptions = command.optsWithGlobals();
    checkConfigCommand(load({ ...options, ...(file !== undefined && { config: file }) }), ownEnvironment(), print);
  });

config
  .command('get')
  .argument('<key>', 'such as server.port', parseKey)
  .description('print the effective value of one key; nothing when it is not set')
  .action((key: ConfigKey, _, command: Command) => {
    getConfigCommand(load(command.optsWithGlobals()), key, print);
  });

config
  .command('agent-mounts', { hidden: true })
  .description('print the lines of a unit that show it the folders of all agents')
  .action((_, command: Command) => {
    agentMountsCommand(load(command.optsWithGlobals()), print);
  });

defineAgentCommands(program);
defineServiceCommand(program);
defineBatchCommands(program);
defineFileCommands(program);

defineStateCommands(program);

program
  .command('read-log')
  .description('copy the log from standard input as lines for people')
  .action(() => readLogCommand(process.stdin, print));

program
  .command('token')
  .description('create a token for a client, and its hash for server.tokens')
  .action(() => {
    tokenCommand(print);
  });

withConfig(withRouterFile(program.command('register')))
  .description("add the harness to a router's file; exit 2 with the entry to paste if the file can't be changed")
  .option(
    '--models <a,b>',
    'models to offer (default: those of the running harness; sends HARNESS_TOKEN if set)',
    parseModelNames,
  )
  .option('--priority <number>', 'priority of the entry (default: first, by the rule of the format)', parseWholeNumber)
  .option('--disable <name>', 'switch off another provider, until unregister')
  .option('--url <address>', 'address by which the router reaches the harness (default: from the configuration)')
  .action(async (options: ConfigOptions & RegisterOptions) => {
    const { registerCommand } = await import('./command/register/register.ts');
    const { server } = load(options).config;
    finish(await registerCommand(options, { server, env: ownEnvironment(), output: console }));
  });

withRouterFile(program.command('unregister'))
  .description("remove the harness from a router's file, and switch on what register switched off")
  .action(async (options: UnregisterOptions) => {
    const { unregisterCommand } = await import('./command/register/unregister.ts');
    finish(await unregisterCommand(options, console));
  });

defineShellCommands(program);

const unknownCommand = describeUnknownCommand(program, process.argv.slice(2));
if (unknownCommand !== undefined) program.error(unknownCommand);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError || isForPeople(error) ? error.message : error);
  process.exit(error instanceof ConfigError ? error.exitCode : 1);
}

function withRouterFile(command: Command): Command {
  return command
    .requiredOption('--file <path>', 'YAML or JSON file in which the router lists its providers')
    .addOption(new Option('--format <name>', 'format of the file (default: recognised)').choices(formatNames))
    .option('--name <name>', 'name of the entry', parseEntryName, 'claude-harness')
    .option('--dry-run', 'show the change without writing it', false);
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Expected 0 to 65535.');
  return port;
}

function formatOf({ json, csv }: FormatFlags): 'json' | 'csv' | 'table' {
  return json === true ? 'json' : csv === true ? 'csv' : 'table';
}

function parseWait(value: string): number {
  const waitMs = parseDuration(value);
  if (waitMs === undefined) throw new InvalidArgumentError('Expected a duration such as 60s.');
  return waitMs;
}

/** True for an error that explains its cause in a sentence of its own. */
function isForPeople(error: unknown): error is Error {
  return error instanceof Error && error.cause !== undefined;
}
