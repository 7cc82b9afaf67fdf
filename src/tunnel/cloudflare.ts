import { hostAndPort, type TunnelTool } from './tool.ts';

const cloudflared = {
  name: 'cloudflared',
  install: 'https://github.com/cloudflare/cloudflared/releases has packages',
  isOfInterest: (line: string) => / (ERR|WRN|FTL) |^[^ ]*error/i.test(line),
} as const;

/** A tunnel without an account, under a name that is new at every start. */
export function cloudflareQuickTunnel(): TunnelTool {
  return {
    ...cloudflared,
    env: {},
    // With a configuration of its own it refuses a quick tunnel.
    argumentsFor: (target) => [
      ...['tunnel', '--no-autoupdate', '--config', '/dev/null'],
      ...['--url', `http://${hostAndPort(target)}`],
    ],
    // In a frame; the same domain in the text of an error is that of its API.
    addressIn: (line) => /\|\s+(https:\/\/[a-z0-9-]+\.trycloudflare\.com)\s+\|/.exec(line)?.[1],
  };
}

export interface NamedTunnelOptions {
  publicUrl: string;
  /** Says which tunnel it is, too; where it leads is set at Cloudflare. */
  token: string;
}

/** A tunnel of the owner's account. */
export function cloudflareNamedTunnel({ publicUrl, token }: NamedTunnelOptions): TunnelTool {
  return {
    ...cloudflared,
    env: { TUNNEL_TOKEN: token },
    argumentsFor: () => ['tunnel', '--no-autoupdate', 'run'],
    addressIn: (line) => (line.includes('Registered tunnel connection') ? publicUrl : undefined),
  };
}
