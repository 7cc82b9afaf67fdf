import type { Readiness } from '../../core/backend.ts';
import type { LoginReport } from '../../core/health.ts';

type NamedReadiness = Pick<LoginReport, 'name' | 'readiness'>;
type NotReady = Extract<Readiness, { ready: false }>;

/** What of one login is of all: they share the program, which starts, stops or is missing once. */
const common: ReadonlySet<NotReady['reason']> = new Set(['starting', 'draining', 'cli_missing']);

/** Whether any of the logins would serve a request, and what its owner should know of the others. */
export function readinessOfLogins(logins: readonly NamedReadiness[]): Readiness {
  const refusing = logins.flatMap(({ readiness }) => (readiness.ready ? [] : [readiness]));
  const ofAll = refusing.find(({ reason }) => common.has(reason));
  if (ofAll !== undefined) return ofAll;
  if (refusing.length < logins.length) return ready(logins);
  // Time alone takes a limit away.
  const limits = refusing.filter((each) => each.reason === 'rate_limited');
  const [limit] = limits.toSorted((a, b) => a.resetsAt - b.resetsAt);
  if (limit !== undefined) return { ...limit, message: [limit.message, ...missing(logins)].join(' ') };
  const [first] = refusing;
  if (first === undefined) throw new Error('there is no login');
  return { ...first, message: logins.map(describe).join(' ') };
}

function ready(logins: readonly NamedReadiness[]): Readiness {
  const notices = logins.flatMap(({ name, readiness }) =>
    readiness.ready && readiness.notice !== undefined ? [`Login ${name}: ${readiness.notice}`] : [],
  );
  const all = [...missing(logins), ...notices];
  return { ready: true, ...(all.length > 0 && { notice: all.join(' ') }) };
}

/** Of the logins that somebody has to do something about. */
function missing(logins: readonly NamedReadiness[]): string[] {
  return logins.filter(({ readiness }) => !readiness.ready && readiness.reason !== 'rate_limited').map(describe);
}

function describe({ name, readiness }: NamedReadiness): string {
  return `Login ${name}: ${readiness.ready ? 'ready.' : readiness.message}`;
}
