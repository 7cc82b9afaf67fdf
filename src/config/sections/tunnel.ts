import { z } from 'zod';
import { baseUrl } from '../base-url.ts';
import { choice, path, text } from '../key-types.ts';

export const tunnelTypes = ['none', 'cloudflare', 'ngrok', 'ssh'] as const;

/** A name of ssh's own configuration, `user@host`, or with a port `ssh://user@host:port`; never an option. */
const destination =
  /^([\w.]+@)?[A-Za-z0-9][\w.-]*$|^ssh:\/\/([\w.]+@)?([A-Za-z0-9][\w.-]*|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$/;

export const tunnelSection = z
  .strictObject({
    type: choice(tunnelTypes)
      .prefault('none')
      .describe(
        'What makes the service reachable from the internet, by a program that has to be installed: `cloudflared`, `ngrok`, or `ssh` to a server of yours. Needs at least one entry in `server.tokens`.',
      ),
    public_url: baseUrl('https://harness.example.com')
      .exactOptional()
      .describe(
        'The public address, where it is known beforehand: of a named tunnel of Cloudflare, a domain of ngrok, or what stands before the port of the ssh server. Default: the one that the program tells.',
      ),
    token_file: path()
      .exactOptional()
      .describe(
        'The file with the token of the named tunnel of Cloudflare, or the authtoken of ngrok. Default: `TUNNEL_TOKEN` or `NGROK_AUTHTOKEN` of the environment, or what ngrok itself has stored.',
      ),
    ssh_destination: text(
      'ssh destination',
      destination,
      'a destination of ssh such as tunnel@example.com or ssh://tunnel@example.com:2222',
    )
      .exactOptional()
      .describe('The ssh server: a name that ssh knows, `user@host`, or `ssh://user@host:port`.'),
    ssh_key: path()
      .exactOptional()
      .describe('The file of the private key for the ssh server. Default: those that ssh finds.'),
    ssh_known_hosts: path()
      .exactOptional()
      .describe(
        'The file with the key of the ssh server. Default: `~/.ssh/known_hosts`, where an unknown server is refused.',
      ),
    remote_address: text(
      'remote address',
      /^((\*|[A-Za-z0-9][\w.-]*|\[[0-9a-fA-F:.]+\]):)?\d{1,5}$/,
      'a port or an address such as 8013, *:8013 or 127.0.0.1:8013',
    )
      .prefault('8013')
      .describe(
        'Where the ssh server listens: a port of its loopback, or with `*:` of all its addresses, which its `GatewayPorts` has to allow; port 0 is any free one.',
      ),
  })
  .refine(({ type, ssh_destination }) => type !== 'ssh' || ssh_destination !== undefined, {
    path: ['type'],
    error: 'expected tunnel.ssh_destination to be set too',
  })
  .describe('A public address for the service, through a tunnel.');

export type TunnelSection = z.output<typeof tunnelSection>;
