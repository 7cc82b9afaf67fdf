import { findKey } from './keys.ts';
import type { Layer } from './layer.ts';
import { nearestPath } from './nearest.ts';
import { parseSetting } from './setting.ts';
import { showText } from './show-value.ts';

export interface ConfigFlags {
  /** `--host`, a short form of `--set server.host=…`; it wins over that. */
  host?: string | undefined;
  /** `--port`, likewise. */
  port?: string | number | undefined;
  /** Each `--set`, as `section.key=value`; of two for one key the later wins. */
  set?: readonly string[] | undefined;
}

/** Reads the flags of the command line. */
export function readFlagLayer({ host, port, set = [] }: ConfigFlags): Layer {
  const layer: Layer = { assignments: [], problems: [] };
  for (const text of set) {
    const equals = text.indexOf('=');
    // Without a `=` the text is not repeated: it may be a token.
    if (equals < 1) layer.problems.push({ where: '--set', message: 'expected section.key=value, found no key and =' });
    else assign(layer, '--set', text.slice(0, equals).trim(), text.slice(equals + 1));
  }
  if (host !== undefined) assign(layer, '--host', 'server.host', host);
  if (port !== undefined) assign(layer, '--port', 'server.port', String(port));
  return layer;
}

function assign(layer: Layer, flag: string, path: string, text: string): void {
  const key = findKey(path);
  if (key === undefined) {
    const message = `there is no such key; the nearest known one is ${nearestPath(path)}`;
    layer.problems.push({ where: flag, path: showText(path), message });
    return;
  }
  const setting = parseSetting(key, text);
  if ('problem' in setting) layer.problems.push({ where: flag, path, message: setting.problem });
  else layer.assignments.push({ key, ...setting, source: { kind: 'flag', name: flag }, where: () => flag });
}
