import type { ConfigProblem } from './config-error.ts';
import type { Assignment, ConfigSource } from './layer.ts';

/** The higher ones override the lower ones. */
const rank: Readonly<Record<ConfigSource['kind'], number>> = { file: 0, environment: 1, flag: 2 };

/**
 * `server.listen`, and `server.host` with `server.port`, say the same in two ways. Of a higher source and a lower one the
 * higher counts: `--port 9000` takes the list out of `assigned`. One source that says both contradicts itself.
 */
export function chooseListenOrPort(assigned: Map<string, Assignment>): ConfigProblem[] {
  const list = assigned.get('server.listen');
  if (list === undefined || isEmptyList(list.value)) return [];
  for (const path of ['server.host', 'server.port']) {
    const other = assigned.get(path);
    if (other === undefined || rank[other.source.kind] < rank[list.source.kind]) continue;
    if (rank[other.source.kind] === rank[list.source.kind]) {
      const message = 'expected either this or server.listen, found both';
      return [{ where: other.where(path.split('.')), path, message }];
    }
    assigned.delete('server.listen');
  }
  return [];
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
