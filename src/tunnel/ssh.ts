import { hostAndPort, type TunnelTool } from './tool.ts';

export interface SshOptions {
  /** `user@host` or `ssh://user@host:port`. */
  destination: string;
  keyFile?: string | undefined;
  knownHostsFile?: string | undefined;
  /** Where the server listens, `[HOST:]PORT`; of port 0 it chooses one. */
  remoteAddress: string;
  /** What stands before that; by default the port of the server itself. */
  publicUrl?: string | undefined;
  /** Of the agent that holds keys. */
  agentSocket?: string | undefined;
}

export function sshTunnel(options: SshOptions): TunnelTool {
  const { destination, keyFile, knownHostsFile, remoteAddress, publicUrl, agentSocket } = options;
  const own = (port: string): string => publicUrl ?? `http://${hostOf(destination)}:${port}`;
  return {
    name: 'ssh',
    install: 'Debian has it in the package openssh-client',
    env: agentSocket === undefined ? {} : { SSH_AUTH_SOCK: agentSocket },
    argumentsFor: (target) => [
      // Only then it says that the server has taken the forwarding.
      ...['-v', '-N', '-T'],
      // Asks nobody for a password or an unknown server.
      ...['-o', 'BatchMode=yes'],
      ...['-o', 'ExitOnForwardFailure=yes'],
      // A connection that is dead is known to be within a minute.
      ...['-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=3'],
      // Over a connection of its own: one that is shared belongs to another process.
      ...['-S', 'none'],
      ...(keyFile === undefined ? [] : ['-i', keyFile, '-o', 'IdentitiesOnly=yes']),
      ...(knownHostsFile === undefined ? [] : ['-o', `UserKnownHostsFile="${knownHostsFile}"`]),
      ...['-R', `${remoteAddress}:${hostAndPort(target)}`],
      ...['--', destination],
    ],
    addressIn(line) {
      const chosen = /^Allocated port (\d+) for remote forward/.exec(line)?.[1];
      if (chosen !== undefined) return own(chosen);
      const port = /^debug1: remote forward success for: listen (?:\S*:)?(\d+), connect/.exec(line)?.[1];
      return port === undefined || port === '0' ? undefined : own(port);
    },
    isOfInterest: (line) =>
      !/^(debug\d|OpenSSH_|Authenticated to|Allocated port|Transferred:|Bytes per second)/.test(line),
  };
}

function hostOf(destination: string): string {
  return destination
    .replace(/^ssh:\/\//, '')
    .replace(/^.*@/, '')
    .replace(/:\d+$/, '');
}
