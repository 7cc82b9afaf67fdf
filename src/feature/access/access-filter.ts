/** In milliseconds since the epoch; `until` is not within. */
export interface TimeSpan {
  from: number;
  until: number;
}

/** Which requests are meant. What is absent does not matter. */
export interface AccessFilter extends TimeSpan {
  /** As it was asked for, or as it answered. */
  model?: string;
  client?: string;
  endpoint?: string;
  /** Lowest and highest status. */
  status?: readonly [number, number];
  /** The code of the failure; `any` of them. */
  error?: string;
}

/** The same as SQL, for a table whose column `time` has milliseconds since the epoch. */
export function toConditions(
  filter: AccessFilter,
  time: 'timestamp' | 'start' = 'timestamp',
): { where: string; values: (string | number)[] } {
  const { from, until, model, client, endpoint, status, error } = filter;
  const conditions: [string, ...(string | number)[]][] = [[`${time} >= ? AND ${time} < ?`, from, until]];
  if (model !== undefined) conditions.push(['(model = ? OR served_model = ?)', model, model]);
  if (client !== undefined) conditions.push(['client = ?', client]);
  if (endpoint !== undefined) conditions.push(['endpoint = ?', endpoint]);
  if (status !== undefined) conditions.push(['status_code BETWEEN ? AND ?', ...status]);
  // Null is no more than '' either.
  if (error === 'any') conditions.push(["error_code > ''"]);
  else if (error !== undefined) conditions.push(['error_code = ?', error]);
  return {
    where: conditions.map(([sql]) => sql).join(' AND '),
    values: conditions.flatMap(([, ...values]) => values),
  };
}
