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

/** Which kinds of requests are meant, as SQL about their table; `undefined` where all are. */
export function kindCondition(filter: AccessFilter): { sql: string; values: (string | number)[] } | undefined {
  const { model, client, endpoint, status, error } = filter;
  const conditions: [string, ...(string | number)[]][] = [];
  if (model !== undefined) conditions.push(['(model = ? OR served_model = ?)', model, model]);
  if (client !== undefined) conditions.push(['client = ?', client]);
  if (endpoint !== undefined) conditions.push(['endpoint = ?', endpoint]);
  if (status !== undefined) conditions.push(['status_code BETWEEN ? AND ?', ...status]);
  if (error === 'any') conditions.push(["error_code <> ''"]);
  else if (error !== undefined) conditions.push(['error_code = ?', error]);
  if (conditions.length === 0) return undefined;
  return {
    sql: conditions.map(([sql]) => sql).join(' AND '),
    values: conditions.flatMap(([, ...values]) => values),
  };
}
