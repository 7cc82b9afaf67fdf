import { readFileSync } from 'node:fs';
import { clocks } from './clocks.ts';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/schema.ts';
import type { Logger } from './core/logger.ts';
import { findProgram } from './process/find-program.ts';
import { inheritedEnvironment, ownEnvironment } from './process/environment.ts';
import { cloudflareNamedTunnel, cloudflareQuickTunnel } from './tunnel/cloudflare.ts';
import { ngrokTunnel } from './tunnel/ngrok.ts';
import { sshTunnel } from './tunnel/ssh.ts';
import type { TunnelTool } from './tunnel/tool.ts';
import { Tunnel, type TunnelOptions } from './tunnel/tunnel.ts';

type Settings = Config['tunnel'];

/** The tunnel of the configuration, not open yet. Throws `ConfigError` as `checkTunnel` does. */
export function createTunnel(config: Config, log: Logger): Tunnel | undefined {
  const program = checkTunnel(config);
  return program && new Tunnel({ ...program, log, ticks: clocks.ticks });
}

/** What would be started; undefined where there is no tunnel. Throws `ConfigError` where the program or its token is missing. */
export function checkTunnel({ tunnel }: Config): Pick<TunnelOptions, 'tool' | 'path' | 'env'> | undefined {
  const tool = toolOf(tunnel, ownEnvironment());
  if (tool === undefined) return undefined;
  const env = inheritedEnvironment();
  const path = findProgram(tool.name, env['PATH']);
  if (path !== undefined) return { tool, path, env };
  throw problem(
    'type',
    `expected ${tool.name} on the PATH, found none; install it (${tool.install}), or set it to none`,
  );
}

function toolOf(settings: Settings, env: NodeJS.ProcessEnv): TunnelTool | undefined {
  const { type, public_url: publicUrl } = settings;
  switch (type) {
    case 'none':
      return undefined;
    case 'cloudflare': {
      if (publicUrl === undefined) return cloudflareQuickTunnel();
      const token = readToken(settings, env['TUNNEL_TOKEN']);
      if (token !== undefined) return cloudflareNamedTunnel({ publicUrl, token });
      throw problem(
        'token_file',
        'expected the token of the named tunnel there, or in the variable TUNNEL_TOKEN; without tunnel.public_url no token is needed',
      );
    }
    case 'ngrok':
      return ngrokTunnel({ publicUrl, token: readToken(settings, env['NGROK_AUTHTOKEN']) });
    case 'ssh':
      return sshTunnel({
        publicUrl,
        destination: settings.ssh_destination ?? '',
        keyFile: settings.ssh_key,
        knownHostsFile: settings.ssh_known_hosts,
        remoteAddress: settings.remote_address,
        agentSocket: env['SSH_AUTH_SOCK'],
      });
  }
}

function readToken({ token_file: file }: Settings, fromEnvironment: string | undefined): string | undefined {
  if (file === undefined) return fromEnvironment === '' ? undefined : fromEnvironment;
  const token = readFile(file).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw problem(
    'token_file',
    `expected a file with a token alone, found ${token === '' ? 'an empty one' : 'something else'}`,
  );
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw problem(
      'token_file',
      `expected a file that can be read, found ${String((error as NodeJS.ErrnoException).code)}`,
    );
  }
}

function problem(key: string, message: string): ConfigError {
  return new ConfigError([{ where: `tunnel.${key}`, message }]);
}
