import { parseListenAddress } from './listen-address.ts';
import type { TunnelSection } from './sections/tunnel.ts';

interface Sections {
  tunnel: Pick<TunnelSection, 'type'>;
  server: { tokens: readonly unknown[]; listen: readonly string[] };
}

/** A tunnel opens the service to everybody, and leads to a port. */
export function misplacedTunnel({ tunnel, server }: Sections): { path: string[]; message: string }[] {
  if (tunnel.type === 'none') return [];
  const problems: string[] = [];
  if (server.tokens.length === 0) {
    problems.push(
      'expected none without an entry in server.tokens, since a tunnel makes the service public (run `claude-harness token` to make one)',
    );
  }
  if (server.listen.length > 0 && server.listen.every((text) => 'path' in (parseListenAddress(text) ?? {}))) {
    problems.push('expected none without a TCP address in server.listen, to which a tunnel leads');
  }
  return problems.map((message) => ({ path: ['tunnel', 'type'], message }));
}
