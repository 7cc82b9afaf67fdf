import { readFileSync } from 'node:fs';
import { profileKey } from './agents/profile-key.ts';
import { profileName } from './agents/profile.ts';
import type { ConfigProblem } from './config-error.ts';
import { fileVariable } from './find-file.ts';
import { type ConfigKey, configSections, findKey } from './keys.ts';
import type { Layer } from './layer.ts';
import { nearestPath } from './nearest.ts';
import { showFoundKind, showName, showText } from './show-value.ts';
import { parseYaml, type YamlText } from './yaml.ts';

/** Reads the config file. A file that can't be read or parsed is a problem of the layer; nothing is thrown. */
export function readFileLayer(path: string): Layer {
  const read = readText(path);
  if ('problem' in read) return { assignments: [], problems: [{ where: placeOf(path), message: read.problem }] };
  const yaml = parseYaml(read.text);
  if (yaml.problems.length > 0) {
    const problems = yaml.problems.map(({ line, column, message }) => ({
      where: `${placeOf(path)}:${line}:${column}`,
      message: `YAML syntax: ${message}`,
    }));
    return { assignments: [], problems };
  }
  return readSections(path, yaml);
}

function placeOf(file: string): string {
  return file === '' ? `--config or ${fileVariable}` : showName(file);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user is not permitted to read it',
  EISDIR: 'it is a directory',
};

function readText(path: string): { text: string } | { problem: string } {
  if (path === '') return { problem: 'expected the path of a config file, found nothing' };
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { problem: `the config file cannot be read: ${reasons[code] ?? code}` };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(content) };
  } catch {
    return { problem: 'the config file is not UTF-8 text' };
  }
}

function readSections(file: string, yaml: YamlText): Layer {
  const layer: Layer = { assignments: [], problems: [] };
  const where = (path: readonly PropertyKey[]) => {
    const position = yaml.locate(path);
    return position === undefined ? placeOf(file) : `${placeOf(file)}:${position.line}:${position.column}`;
  };
  const visitKey = (path: string[], value: unknown) => {
    const key = findKey(path.join('.')) ?? asProfile(path, value);
    if (key === undefined) layer.problems.push(unknownKey(path, where));
    else if (key.kind === 'profile' && !profileName.test(key.name)) layer.problems.push(badName(key, where(path)));
    else layer.assignments.push({ key, value, source: { kind: 'file', name: file }, where });
  };
  for (const [name, value] of entriesOf(yaml.value, [], where, layer.problems)) {
    if (!configSections.some((section) => section.name === name)) visitKey([name], value);
    else for (const [key, inner] of entriesOf(value, [name], where, layer.problems)) visitKey([name, key], inner);
  }
  return layer;
}

/** In the section of agents a map is an agent, while a misspelled key has another value. */
function asProfile([section, name = '']: string[], value: unknown): ConfigKey | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return section === 'agents' && isMap ? profileKey(name) : undefined;
}

/** The entries of a map; none for null, which is a map whose entries are all commented out. */
function entriesOf(
  value: unknown,
  path: string[],
  where: (path: readonly PropertyKey[]) => string,
  problems: ConfigProblem[],
): [string, unknown][] {
  if (value === null) return [];
  if (typeof value === 'object' && !Array.isArray(value)) return Object.entries(value);
  // Show only the kind: text in place of a section may be a token.
  const message = `expected a map of ${path.length === 0 ? 'sections' : 'keys'}, found ${showFoundKind(value)}`;
  problems.push({ where: where(path), ...(path.length > 0 && { path: path.join('.') }), message });
  return [];
}

function badName({ path }: ConfigKey, where: string): ConfigProblem {
  const message =
    'expected a name for an agent: at most 64 lower-case letters, digits, _ and -, beginning with none of the last two';
  return { where, path: showText(path), message };
}

function unknownKey(path: string[], where: (path: readonly PropertyKey[]) => string): ConfigProblem {
  const written = path.join('.');
  return {
    where: where(path),
    path: showText(written),
    message: `unknown key; the nearest known one is ${nearestPath(written)}${path[0] === 'agents' ? ', and an agent is a map of keys' : ''}`,
  };
}
