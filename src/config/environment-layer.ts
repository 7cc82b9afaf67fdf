import type { ConfigProblem } from './config-error.ts';
import { type Environment, fileVariable } from './find-file.ts';
import { configKeys, environmentPrefix } from './keys.ts';
import type { Layer } from './layer.ts';
import { nearestKey } from './nearest.ts';
import { parseSetting } from './setting.ts';
import { showName } from './show-value.ts';

const keysByVariable = new Map(configKeys.map((key) => [key.environmentName, key]));

/** Reads the variables that begin with `CLAUDE_HARNESS_`; an unknown or empty one is a problem. */
export function readEnvironmentLayer(env: Environment): Layer {
  const layer: Layer = { assignments: [], problems: [] };
  const names = Object.keys(env).filter((name) => name.startsWith(environmentPrefix) && name !== fileVariable);
  for (const name of names.sort()) {
    const text = env[name];
    if (text === undefined) continue;
    const where = `environment ${showName(name)}`;
    const key = keysByVariable.get(name);
    if (key === undefined) {
      layer.problems.push(unknownVariable(name, where));
      continue;
    }
    const setting = parseSetting(key, text);
    if ('problem' in setting) layer.problems.push({ where, path: key.path, message: setting.problem });
    else layer.assignments.push({ key, ...setting, source: { kind: 'environment', name }, where: () => where });
  }
  return layer;
}

function unknownVariable(name: string, where: string): ConfigProblem {
  const path = name.slice(environmentPrefix.length).toLowerCase().replace('__', '.');
  return { where, message: `unknown variable; the nearest known one is ${nearestVariable(path)}` };
}

function nearestVariable(path: string): string {
  // CLAUDE_HARNESS_CONFIG is the one variable that is not a key.
  return /^(conf|file|path$)/.test(path) ? fileVariable : nearestKey(path).environmentName;
}
