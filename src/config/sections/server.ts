import { z } from 'zod';
import { isHostName, isOrigin } from '../host-name.ts';
import { checkedText, duration, integer, list, size } from '../key-types.ts';
import { isOpenAddress, parseListenAddress } from '../listen-address.ts';
import { isLoopbackHost } from '../loopback.ts';
import { accessToken, repeatedNames } from '../access-token.ts';
import { maxInstance } from '../../util/new-id.ts';

const expectedHost = 'a host name or an IP address, without a port';
const host = checkedText('host name or address', isHostName, expectedHost);
const allowedHost = checkedText('host name', isHostName, expectedHost, { lowerCase: true });

const listenAddress = checkedText(
  'address',
  (text) => parseListenAddress(text) !== undefined,
  'an address such as 127.0.0.1:8013, [::1]:8013, unix:/run/claude-harness/http.sock or unix:/srv/http.sock?mode=0660',
);

const needsToken =
  'expected a loopback address such as 127.0.0.1, or at least one entry in server.tokens ' +
  '(run `claude-harness token` to make one)';

const origin = checkedText(
  'origin',
  isOrigin,
  'an origin such as https://chat.example or http://127.0.0.1:3000, without a path',
  { lowerCase: true },
);

export const serverSection = z
  .strictObject({
    host: host
      .prefault('127.0.0.1')
      .describe('Address to listen on. An address other than loopback needs at least one entry in `server.tokens`.'),
    port: integer(0, 65535).prefault(8013).describe('Port to listen on; 0 picks any free one.'),
    listen: list(listenAddress, 'addresses')
      .prefault([])
      .describe(
        'Addresses to listen on, all of them or none, instead of `server.host` and `server.port`: each `HOST:PORT`, `[IPv6]:PORT` or `unix:/PATH`. A Unix socket is for the user of the service alone, unless `?mode=0660` or the like follows. A TCP address other than loopback needs at least one entry in `server.tokens`.',
      ),
    tokens: list(accessToken, 'token hashes', { secret: true })
      .prefault([])
      .describe(
        'Accepted bearer tokens, as `sha256:` hashes made by `claude-harness token`, each alone or as `{hash, name, role, cache, budget, uses_reserve}`. `name` is what the log calls the client. `role`: a `client` (the default, also of a hash alone) may ask for answers, a `viewer` may also see what everybody has used, an `owner` everything. `cache`: what of `cache.ttl` and `cache.tools` is different for it, as in `{ttl: 10m}`. `budget`: what the client may use at most, of `tokens_per_day`, `tokens_per_week`, `cost_per_day`, `cost_per_week` (USD at API prices), `five_hour_share` and `seven_day_share` (of the plan, such as `30%`). `uses_reserve: true`: `limits.reserve` does not hold for it. Empty: no token is required, and whoever reaches the service is its owner.',
      ),
    allowed_hosts: list(allowedHost, 'host names')
      .prefault([])
      .describe('Additional names, without port, by which clients may address the service in the Host header.'),
    cors_origins: list(origin, 'origins')
      .prefault([])
      .describe('Web origins whose pages may call the service, each as the browser sends it.'),
    body_limit: size(1024, 256 * 1024 ** 2)
      .prefault('32mb')
      .describe('Maximum size of a request body.'),
    silence_before_stream: duration({ zero: false })
      .prefault('10s')
      .describe('How long a stream may stay silent before its headers are sent and keep-alives begin.'),
    instance: integer(0, maxInstance)
      .prefault(0)
      .describe(
        'The number of this service among several behind a balancer, each with its own. The ids of what it stores end in it, in three hex digits, so that the balancer can send a request that names one to the service that has it (`deploy/haproxy`). 0: it is alone.',
      ),
    unready_delay: duration({ zero: true })
      .prefault('0')
      .describe(
        'How long a balancer that looks at `/ready` may take to notice that it is 503. Refusals with the same reason wait for that long, so that the balancer, which then tries again, asks another service; and a service that stops goes on serving for that long.',
      ),
  })
  .refine((server) => isLoopbackHost(server.host) || server.tokens.length > 0, {
    path: ['host'],
    error: needsToken,
    // Reported together with the section's other problems, not after they are fixed.
    when: ({ value }) => {
      const { host, listen, tokens } = value as { host?: unknown; listen?: unknown; tokens?: unknown };
      const counts = typeof host === 'string' && isHostName(host) && Array.isArray(listen) && listen.length === 0;
      return counts && Array.isArray(tokens);
    },
  })
  .superRefine(({ listen, tokens }, context) => {
    for (const index of repeatedNames(tokens)) {
      context.addIssue({ code: 'custom', path: ['tokens', index, 'name'], message: 'expected a name of its own' });
    }
    for (const [index, text] of listen.entries()) {
      const address = parseListenAddress(text);
      const isOpen = address !== undefined && isOpenAddress(address) && tokens.length === 0;
      const message = isOpen ? needsToken : listen.indexOf(text) < index ? 'expected each address once' : undefined;
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['listen', index], message });
    }
  })
  .describe('Where the service listens and who may use it.');
