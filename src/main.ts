#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { agentMountsCommand } from './command/agent-mounts.ts';
import { checkConfigCommand } from './command/check-config.ts';
import { configCommand } from './command/config.ts';
import { getConfigCommand, parseKey } from './command/get-config.ts';
import { readLogCommand } from './command/read-log.ts';
import type { RegisterOptions } from './command/register/register.ts';
import { parseEntryName, parseModelNames, parseWholeNumber } from './command/register/options.ts';
import type { RunOptions } from './command/agent/run.ts';
import type { SessionsClient } from './command/agent/sessions-client.ts';
import { runningService, type RunningService } from './command/running-service.ts';
import type { ServeOptions } from './command/serve.ts';
import { statusCommand } from './command/status.ts';
import { tokenCommand } from './command/token.ts';
import type { UnregisterOptions } from './command/register/unregister.ts';
import { describeUnknownCommand } from './command/unknown-command.ts';
import { ConfigError } from './config/config-error.ts';
import { parseDuration } from './config/duration.ts';
import { defaultConfig } from './config/schema.ts';
import type { ConfigKey } from './config/keys.ts';
import { loadConfig, type LoadedConfig } from './config/load.ts';
import { ownEnvironment } from './process/environment.ts';
import { formatNames } from './router/format-names.ts';
import { fullVersion } from './util/version.ts';

interface ConfigOptions {
  config?: string;
  host?: string;
  port?: string;
  set: string[];
}

/** Of a wrong command line, as of most programs. */
const usageExitCode = 2;
const urlDescription = 'address of the service (default: HARNESS_URL, else from the configuration)';

// What a command is made of is loaded when it is asked for: all of it takes three times as long as what reads the line.
const program = new Command('claude-harness')
  .description('OpenAI-compatible HTTP service over the claude command line tool')
  .version(fullVersion)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : usageExitCode));

withConfig(program.command('serve', { isDefault: true }))
  .description('serve until SIGTERM or Ctrl-C')
  .option(
    '--exit-without-cli <duration>',
    'exit with 75 when the claude CLI has been missing for so long, for a unit whose view of the files is that of its start',
    parseWait,
  )
  .addOption(new Option('--agents-socket <path>', 'the socket of the service that runs the agents').hideHelp())
  .addOption(new Option('--as-agents-service', 'run the agents for another service').hideHelp())
  .action(async (options: ConfigOptions & ServeOptions) => {
    const { serveCommand } = await import('./command/serve.ts');
    finish(await serveCommand(load(options), options));
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
  .action(async (options: ConfigOptions & { turn: boolean }) => {
    const { doctorCommand } = await import('./command/doctor/doctor.ts');
    finish(await doctorCommand(load(options), options));
  });

withService(program.command('status'))
  .description('show the state of the running service; exit 3 when it would not serve')
  .action(async (options: ServiceOptions) => {
    finish(await statusCommand(serviceOf(options), print));
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
  .action((options: ConfigOptions) => {
    configCommand(load(options), print);
  });

config
  .command('check')
  .description('check the configuration without serving; exit 78 when it is wrong')
  .action((_, command: Command) => {
    checkConfigCommand(load(command.optsWithGlobals()), ownEnvironment(), print);
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

const agent = program.command('agent').description('have an agent of the running service do something');

withService(agent.command('run'))
  .argument('<agent>', 'its name in the configuration')
  .argument('<prompt>', 'what it is to do')
  .description('run an agent in a new session, with live output; asks what it may do; exit 1 when it fails')
  .action(async (name: string, prompt: string, options: ServiceOptions) => {
    const { runAgentCommand } = await import('./command/agent/run.ts');
    finish(await runAgentCommand(name, await runOptions(options, prompt)));
  });

const sessions = program.command('sessions').description("the sessions of the running service's agents");

withService(sessions.command('ls', { isDefault: true }))
  .description('list them, the newest first')
  .action(async (options: ServiceOptions) => {
    const { listSessionsCommand } = await import('./command/agent/sessions.ts');
    await listSessionsCommand(await sessionsClient(options), print);
  });

withService(sessions.command('show'))
  .argument('<id>')
  .description('print all that was said and done in one')
  .action(async (id: string, options: ServiceOptions) => {
    const { showSessionCommand } = await import('./command/agent/sessions.ts');
    await showSessionCommand(await sessionsClient(options), id, print);
  });

withService(sessions.command('resume'))
  .argument('<id>')
  .argument('<prompt>', 'what the agent is to do next')
  .description('go on with one, as agent run does')
  .action(async (id: string, prompt: string, options: ServiceOptions) => {
    const { resumeSessionCommand } = await import('./command/agent/run.ts');
    finish(await resumeSessionCommand(id, await runOptions(options, prompt)));
  });

withService(sessions.command('rm'))
  .argument('<id...>')
  .description('end and delete sessions, with all that was said in them')
  .action(async (ids: string[], options: ServiceOptions) => {
    const { removeSessionsCommand } = await import('./command/agent/sessions.ts');
    await removeSessionsCommand(await sessionsClient(options), ids, print);
  });

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
  .option('--url <address>', 'address by which the router reaches the harness (default: server.host and server.port)')
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

const unknownCommand = describeUnknownCommand(program, process.argv.slice(2));
if (unknownCommand !== undefined) program.error(unknownCommand);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError || isForPeople(error) ? error.message : error);
  process.exit(error instanceof ConfigError ? error.exitCode : 1);
}

function withConfig(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (harness.yaml)')
    .option('--host <address>', 'same as --set server.host=...')
    .option('--port <number>', 'same as --set server.port=...')
    .option(
      '--set <section.key=value>',
      'set one value; may be repeated',
      (value, all: string[]) => [...all, value],
      [],
    );
}

/** For commands that ask the running service; the token is HARNESS_TOKEN. */
function withService(command: Command): Command {
  return withConfig(command).option('--url <url>', urlDescription);
}

type ServiceOptions = ConfigOptions & { url?: string };

/** Who knows the address needs no configuration, which not everybody can read. */
function serviceOf(options: ServiceOptions): RunningService {
  const url = options.url ?? ownEnvironment()['HARNESS_URL'];
  const { server } = url === undefined ? load(options).config : defaultConfig();
  return runningService(server, url, ownEnvironment());
}

async function sessionsClient(options: ServiceOptions): Promise<SessionsClient> {
  const { SessionsClient } = await import('./command/agent/sessions-client.ts');
  return new SessionsClient(serviceOf(options));
}

async function runOptions(options: ServiceOptions, prompt: string): Promise<RunOptions> {
  const client = await sessionsClient(options);
  const terminal = { input: process.stdin, output: process.stdout };
  const untilStopped = (): Promise<unknown> => new Promise((resolve) => process.once('SIGINT', resolve));
  return { client, prompt, terminal, print, untilStopped };
}

function withRouterFile(command: Command): Command {
  return command
    .requiredOption('--file <path>', 'YAML or JSON file in which the router lists its providers')
    .addOption(new Option('--format <name>', 'format of the file (default: recognised)').choices(formatNames))
    .option('--name <name>', 'name of the entry', parseEntryName, 'claude-harness')
    .option('--dry-run', 'show the change without writing it', false);
}

function load({ config, host, port, set }: ConfigOptions): LoadedConfig {
  return loadConfig({ configPath: config, env: ownEnvironment(), flags: { host, port, set } });
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Expected 0 to 65535.');
  return port;
}

function parseWait(value: string): number {
  const waitMs = parseDuration(value);
  if (waitMs === undefined) throw new InvalidArgumentError('Expected a duration such as 60s.');
  return waitMs;
}

function print(text: string): void {
  process.stdout.write(text);
}

/** Exits explicitly, so that no open handle keeps the finished program alive. */
function finish(exitCode: number): never {
  process.exit(exitCode);
}

/** True for an error that explains its cause in a sentence of its own. */
function isForPeople(error: unknown): error is Error {
  return error instanceof Error && error.cause !== undefined;
}
