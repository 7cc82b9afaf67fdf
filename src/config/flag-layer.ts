import { findKey } from './keys.ts';
import type { Layer } from './layer.ts';
import { nearestPath } from './nearest.ts';
import { parseSetting } from './setting.ts';
import { showText } from './show-value.ts';

export interface ConfigFlags {
  /** `--host`, short for `--set server.host=…` and preferred to it. */
  host?: string | undefined;
  /** `--port`, likewise. */
  port?: string | number | undefined;
  /** `--tunnel`, short for `--set tunnel.type=…`. */
  tunnel?: string | undefined;
  /** Each `--set`, as `section.key=value`; the last one for a key wins. */
  set?: readonly string[] | undefined;
}

/** Reads the flags of the command line. */
export function readFlagLayer({ host, port, tunnel, set = [] }: ConfigFlags): Layer {
  const layer: Layer = { assignments: [], problems: [] };
  for (const text of set) {
    const equals = text.indexOf('=');
    // Don't quote text without a `=`: it may be a token.
    if (equals < 1)
      layer.problems.push({ where: '--set', message: 'expected section.key=value, found no key followed by =' });
    else assign(layer, '--set', text.slice(0, equals).trim(), text.slice(equals + 1));
  }
  if (host !== undefined) assign(layer, '--host', 'server.host', host);
  if (port !== undefined) assign(layer, '--port', 'server.port', String(port));
  if (tunnel !== undefined) assign(layer, '--tunnel', 'tunnel.type', tunnel);
  return layer;
}

function assign(layer: Layer, flag: string, path: string, text: string): void {
  const key = findKey(path);
  if (key === undefined) {
    const message = `unknown key; the nearest known one is ${nearestPath(path)}`;
    layer.problems.push({ where: flag, path: showText(path), message });
    return;
  }
  const setting = parseSetting(key, text);
  if ('problem' in setting) layer.problems.push({ where: flag, path, message: setting.problem });
  else layer.assignments.push({ key, ...setting, source: { kind: 'flag', name: flag }, where: () => flag });
}
