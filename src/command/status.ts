import * as z from 'zod';
import { describeSilence, getJson, reasonOf, type RunningService } from './running-service.ts';

const login = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string().optional(),
  resets_at: z.string().optional(),
});

const health = z.object({
  version: z.string().optional(),
  uptime_seconds: z.number().optional(),
  cli: z.object({ path: z.string(), version: z.string() }).nullish(),
  turns: z.object({ active: z.number(), queued: z.number() }).optional(),
  processes: z.object({ warm: z.number() }).optional(),
  logins: z.array(login).optional(),
  requests_today: z.object({ since: z.string(), served: z.number(), failed: z.number() }).optional(),
  tunnel: z.object({ type: z.string(), url: z.string().nullable() }).optional(),
});

const ready = z.object({ message: z.string().optional(), notice: z.string().optional() });

/** The exit code when no request would be served, as of `systemctl status`. */
export const notServing = 3;

export interface StatusOptions {
  /** Print what the service says of itself as one JSON object. */
  json: boolean;
}

/** Prints the state of the running service. Returns the exit code: 0 when it would serve a request. */
export async function statusCommand(
  service: RunningService,
  { json }: StatusOptions,
  print: (text: string) => void,
): Promise<number> {
  return json ? printJson(service, print) : printLines(service, print);
}

async function printJson(service: RunningService, print: (text: string) => void): Promise<number> {
  const { status, body } = await stateOf(service);
  print(`${JSON.stringify(body, undefined, 2)}\n`);
  return status === 200 ? 0 : notServing;
}

async function stateOf(service: RunningService): Promise<{ status: number; body: object }> {
  const { url } = service;
  try {
    const { status, body } = await getJson(service, '/ready');
    const { body: health } = await getJson(service, '/health');
    return { status, body: { url, ready: status === 200, ...(health as object), readiness: body } };
  } catch (error) {
    return { status: 503, body: { url, ready: false, readiness: { message: describeSilence(service, error).trim() } } };
  }
}

/** One fact a line. */
async function printLines(service: RunningService, print: (text: string) => void): Promise<number> {
  const line = (name: string, value: string): void => {
    print(`${name.padEnd(10)}${value}\n`);
  };
  try {
    const { status, body } = await getJson(service, '/ready');
    const { message, notice } = ready.parse(body);
    line('ready', status === 200 ? 'yes' : `no: ${message ?? 'no reason given'}`);
    if (notice !== undefined) line('notice', notice);
    printHealth(health.parse((await getJson(service, '/health')).body), line);
    return status === 200 ? 0 : notServing;
  } catch (error) {
    line('ready', `no: ${service.url} does not answer: ${reasonOf(error)}. Is the service running?`);
    return notServing;
  }
}

function printHealth(report: z.infer<typeof health>, line: (name: string, value: string) => void): void {
  const { version, uptime_seconds: uptime, cli, turns, processes, logins = [], requests_today: today, tunnel } = report;
  if (version === undefined) {
    line('details', 'shown only with a token: set HARNESS_TOKEN');
    return;
  }
  line('version', `${version}, up for ${describeDuration(uptime ?? 0)}`);
  line('claude', cli == null ? 'not found' : `${cli.version} (${cli.path})`);
  for (const each of logins) line('login', describeLogin(each));
  if (turns !== undefined) {
    line('turns', `${turns.active} running, ${turns.queued} waiting, ${processes?.warm ?? 0} warm processes`);
  }
  if (today !== undefined) {
    const since = new Date(today.since).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    line('today', `${today.served} requests served, ${today.failed} failed (since ${since})`);
  }
  if (tunnel !== undefined)
    line('public', tunnel.url ?? `not now: the tunnel (${tunnel.type}) is closed; the log says why`);
}

function describeLogin({
  name,
  status,
  message = 'no reason given',
  resets_at: resetsAt,
}: z.infer<typeof login>): string {
  if (status === 'ready') return `${name}: ready`;
  const until = resetsAt === undefined ? '' : ` It resets ${new Date(resetsAt).toLocaleString('sv-SE').slice(0, 16)}.`;
  return `${name}: ${message}${until}`;
}

function describeDuration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}
