#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander';
import { configCommand } from './command/config.ts';
import { demoCommand } from './command/demo.ts';
import { doctorCommand } from './command/doctor.ts';
import { serveCommand } from './command/serve.ts';
import { tokenCommand } from './command/token.ts';
import { ConfigError } from './config/config-error.ts';
import { loadConfig, type LoadedConfig } from './config/load.ts';
import { ownEnvironment } from './process/environment.ts';
import { version } from './util/version.ts';

interface ConfigOptions {
  config?: string;
  host?: string;
  port?: string;
  set: string[];
}

const program = new Command('claude-harness')
  .description('OpenAI-compatible HTTP service over the claude command line tool')
  .version(version);

withConfig(program.command('serve', { isDefault: true }))
  .description('serve until SIGTERM or Ctrl-C')
  .action(async (options: ConfigOptions) => finish(await serveCommand(load(options))));

program
  .command('demo')
  .description('show a streamed answer of the real CLI, without login and internet, then serve')
  .option('--once', 'exit after the answer', false)
  .option('--port <number>', 'port to serve on (8013, or a free one)', parsePort)
  .action(async (options: { once: boolean; port?: number }) => finish(await demoCommand(options)));

withConfig(program.command('doctor'))
  .description('check everything a turn needs; exit 1 on a problem')
  .option('--turn', 'also run a real turn, which counts against the plan', false)
  .action(async (options: ConfigOptions & { turn: boolean }) => finish(await doctorCommand(load(options), options)));

withConfig(program.command('config'))
  .description('print the effective configuration, secrets hidden')
  .action((options: ConfigOptions) => {
    configCommand(load(options), print);
  });

program
  .command('token')
  .description('make a token for clients, and the hash to keep in server.tokens')
  .action(() => {
    tokenCommand(print);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof ConfigError || isPlain(error) ? error.message : error);
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

function load({ config, host, port, set }: ConfigOptions): LoadedConfig {
  return loadConfig({ configPath: config, env: ownEnvironment(), flags: { host, port, set } });
}

function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('Expected 0 to 65535.');
  return port;
}

function print(text: string): void {
  process.stdout.write(text);
}

/** Nothing is left to do, so a forgotten handle must not keep the program. */
function finish(exitCode: number): never {
  process.exit(exitCode);
}

function isPlain(error: unknown): error is Error {
  return error instanceof Error && error.cause !== undefined;
}
