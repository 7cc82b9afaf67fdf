import { setTimeout as sleep } from 'node:timers/promises';
import { forAgentsAlone } from '../agents.ts';
import { ConfigError } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createLogger } from '../observe/logger.ts';
import { ownEnvironment } from '../process/environment.ts';
import { readSystemd } from '../systemd/notify.ts';
import { readTokenCredential } from '../systemd/credential.ts';
import { createService, type Service } from '../service.ts';
import { freeAll } from '../util/garbage.ts';
import { describeStartError } from './listen-error.ts';
import { reloadConfig } from './reload-config.ts';
import { supervise } from './supervise.ts';
import { cliMissingExitCode, untilCliMissing } from './without-cli.ts';

/** A CLI that hangs must not keep the service from being up: it says then why it would not serve. In ms. */
const longestStartMs = 45_000;

export interface ServeOptions {
  /** Exit with 75 when the CLI has been missing for so long, in ms. */
  exitWithoutCli?: number;
  /** The socket of the service that runs the agents. */
  agentsSocket?: string;
  /** Whether this is that service. */
  asAgentsService?: boolean;
  /** Stop when standard input ends, as it does with the program that has started this one. */
  untilInputEnds?: boolean;
}

/** Serves until SIGTERM or SIGINT; returns the exit code. With SIGHUP it reads its configuration again. */
export async function serveCommand(load: () => LoadedConfig, options: ServeOptions = {}): Promise<number> {
  const { agentsSocket: socket, asAgentsService = false } = options;
  const { file, config: loaded } = load();
  const ownPart = (whole: Config): Config => (asAgentsService ? forAgentsAlone(whole) : whole);
  const config = ownPart(loaded);
  const { format, level } = config.logging;
  const log = createLogger({
    level,
    format: format === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : format,
  });
  process.on('uncaughtException', (error) => {
    // The state of the process is unknown now; the supervisor starts a clean one.
    log.error('uncaught exception', { error });
    process.exitCode = 1;
    setTimeout(() => process.exit(1), 100);
  });

  const systemd = readSystemd(ownEnvironment(), process.pid);
  const token = readTokenCredential(ownEnvironment());
  const service = createService(config, log, {
    listenFds: systemd.listenFds,
    ...(token !== undefined && { token }),
    agents: { ...(socket !== undefined && { socket }), inOwnUnit: asAgentsService, configFile: file },
  });
  onHangUp(() => {
    reloadConfig(
      (next) => service.reload(next),
      () => ownPart(load().config),
      log,
    );
  });
  const stopped = Promise.race([untilSignal(), ...(options.untilInputEnds === true ? [untilInputEnds()] : [])]);
  try {
    const addresses = await service.start();
    log.info(`listening on ${addresses.join(', ')}`, { config: file ?? 'defaults' });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    console.error(describeStartError(error, config.server));
    await service.stop();
    return 1;
  }
  await Promise.race([service.settled, stopped, sleep(longestStartMs, undefined, { ref: false })]);
  const supervision = supervise(service, systemd, log);
  await freeAll();
  const reason = await Promise.race([stopped, ...withoutCli(service, options)]);
  const graceMs = service.shutdownGraceMs;
  if (reason === 'cli_missing')
    log.warn('the claude CLI is missing: the service starts anew, to see folders that are new');
  else log.info(`${reason}: finishing the running turns`, { grace_ms: graceMs });
  await supervision.stop(graceMs);
  await service.stop();
  log.info('stopped');
  return reason === 'cli_missing' ? cliMissingExitCode : 0;
}

function withoutCli(service: Service, { exitWithoutCli: forMs }: ServeOptions): Promise<'cli_missing'>[] {
  if (forMs === undefined) return [];
  const configFolder = ownEnvironment()['CLAUDE_CONFIG_DIR'];
  return [untilCliMissing({ readiness: () => service.readiness(), configFolder, forMs })];
}

/** On a terminal the signal means that the terminal is gone, and ends the program. */
function onHangUp(reload: () => void): void {
  if (!process.stdout.isTTY) process.on('SIGHUP', reload);
}

async function untilInputEnds(): Promise<'end of input'> {
  return new Promise((resolve) => {
    process.stdin.resume().once('end', () => {
      resolve('end of input');
    });
  });
}

/** Resolves with the first signal to stop; a second one ends the program at once. */
export async function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1));
      resolve(signal);
    };
    process.once('SIGTERM', onSignal).once('SIGINT', onSignal);
  });
}
