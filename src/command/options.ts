import type { Command } from 'commander';
import { defaultConfig } from '../config/schema.ts';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import { ownEnvironment } from '../process/environment.ts';
import type { ProgressOptions } from './progress.ts';
import { runningService, type RunningService } from './running-service.ts';

/** What commands have in common. */
export interface ConfigOptions {
  config?: string;
  host?: string;
  port?: string;
  /** Of `serve` alone. */
  tunnel?: string;
  set: string[];
}

export function withConfig(command: Command): Command {
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
export function withService(command: Command): Command {
  return withConfig(command).option(
    '--url <url>',
    'address of the service (default: HARNESS_URL, else from the configuration)',
  );
}

export type ServiceOptions = ConfigOptions & { url?: string };

/** Who knows the address needs no configuration, which not everybody can read. */
export function serviceOf(options: ServiceOptions): RunningService {
  const url = options.url ?? ownEnvironment()['HARNESS_URL'];
  const { server } = url === undefined ? load(options).config : defaultConfig();
  return runningService(server, url, ownEnvironment());
}

export function load({ config, host, port, tunnel, set }: ConfigOptions): LoadedConfig {
  return loadConfig({ configPath: config, env: ownEnvironment(), flags: { host, port, tunnel, set } });
}

export function print(text: string): void {
  process.stdout.write(text);
}

/** Where commands show how far they have come: results alone go to standard output. */
export const onStandardError: ProgressOptions = {
  write: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY,
  ticks: () => performance.now(),
};

/** Exits explicitly, so that no open handle keeps the finished program alive. */
export function finish(exitCode: number): never {
  process.exit(exitCode);
}
