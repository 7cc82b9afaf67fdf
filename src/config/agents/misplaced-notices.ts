import { isIP } from 'node:net';
import { isLoopbackHost } from '../loopback.ts';
import { expectedTopic, isPublicUrl, lacksTopic } from '../webhook-url.ts';

interface Misplaced {
  path: PropertyKey[];
  message: string;
}

interface Sections {
  agents: { notify_url?: string; notify_format: string; notify_public_url?: string };
  server: { allowed_hosts: readonly string[] };
}

/** Notices that nobody would get, and links that this service would refuse. */
export function misplacedNotices({ agents, server }: Sections): Misplaced[] {
  const { notify_url: url, notify_format: format, notify_public_url: publicUrl } = agents;
  const found: Misplaced[] = [];
  if (lacksTopic({ url, format })) found.push({ path: ['agents', 'notify_url'], message: expectedTopic });
  if (publicUrl !== undefined && isPublicUrl(publicUrl) && !isAllowed(new URL(publicUrl), server.allowed_hosts)) {
    const message = 'expected a host that is in server.allowed_hosts; add it there';
    found.push({ path: ['agents', 'notify_public_url'], message });
  }
  return found;
}

/** Which addresses are this machine's own is known when a request comes. */
function isAllowed({ hostname }: URL, allowedHosts: readonly string[]): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return (
    isLoopbackHost(host) || isIP(host) !== 0 || allowedHosts.some((allowed) => allowed.replace(/\.$/, '') === host)
  );
}
