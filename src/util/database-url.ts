/**
 * The address of a PostgreSQL database, as libpq reads it: a host may be missing, as where it is a parameter. Undefined
 * for what is none.
 */
export function parseDatabaseUrl(text: string): URL | undefined {
  if (!/^postgres(ql)?:\/\/\P{Cc}+$/u.test(text)) return undefined;
  const complete = text.replace('@/', '@localhost/');
  return URL.canParse(complete) ? new URL(complete) : undefined;
}

/** Where it leads, without user and password: `host:port/database`. */
export function placeOf(text: string): string {
  const url = parseDatabaseUrl(text);
  if (url === undefined) return 'of state.url';
  const { hostname, port, pathname, searchParams } = url;
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return `${host === '' ? 'localhost' : host}:${port === '' ? '5432' : port}${pathname}`;
}
