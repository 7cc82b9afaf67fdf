export type Path = readonly (string | number)[];

/** A change of a JSON document; `text` is what is written there, which need not be what a program would write. */
export type Mutation =
  /** Another value in the place of the one at `path`. */
  | { kind: 'replace'; path: Path; text: string }
  /** One more member at the end of the object at `path`, such as a key that is there already. */
  | { kind: 'member'; path: Path; text: string };

/** Every place of a document, from the whole to each leaf. */
export function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, keyOf(value, key)]))];
}

/** The places of objects, where members can be added. */
export const objectsOf = (value: unknown): Path[] =>
  placesOf(value).filter((path) => {
    const found = at(value, path);
    return typeof found === 'object' && found !== null && !Array.isArray(found);
  });

/** The document as text with the changes made. A change of something that an earlier one has replaced is left out. */
export function mutate(document: unknown, mutations: readonly Mutation[]): string {
  const copy = { root: structuredClone(document) };
  const holes = new Map<string, string>();
  for (const { kind, path, text } of mutations) {
    const hole = `@@${holes.size}@@`;
    const whole: Path = ['root', ...path];
    const parent = at(copy, whole.slice(0, -1));
    const key = whole.at(-1) ?? '';
    if (typeof parent !== 'object' || parent === null) continue;
    const members = parent as Record<string | number, unknown>;
    if (kind === 'replace') {
      members[key] = hole;
      holes.set(JSON.stringify(hole), text);
    } else if (typeof members[key] === 'object' && members[key] !== null) {
      (members[key] as Record<string, unknown>)[hole] = 0;
      holes.set(`${JSON.stringify(hole)}:0`, text);
    }
  }
  let json = JSON.stringify(copy.root);
  for (const [hole, text] of holes) json = json.replace(hole, () => text);
  return json;
}

function keyOf(parent: object, key: string): string | number {
  return Array.isArray(parent) ? Number(key) : key;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((found, key) => (found as Record<string | number, unknown> | null | undefined)?.[key], value);
}

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const nestedObjects = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

/** Values that are wrong nearly everywhere, as JSON text. */
export const wrongValues: readonly string[] = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"x\\udc00y\\ud83d"',
  '"NaN"',
  '"/etc/passwd"',
  '"\\r\\nx-injected: 1"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '[{}]',
  '{"":0}',
  '{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}},"toString":1,"length":-1}',
  '{"type":"__proto__"}',
  '{"type":{}}',
  '{"then":{}}',
  '{"$ref":"#"}',
  '{"type":"object","$ref":"#/nowhere"}',
  '{"type":"object","properties":{"a":{"$ref":"https://example.com/x"}}}',
  '{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}',
  nested(50),
];

/** Values that are nested so deep that whoever walks them by calling itself is out of stack. */
export const deepValues: readonly string[] = [
  nestedObjects(10_000),
  `{"type":"object","properties":{"a":${nestedObjects(10_000)}}}`,
];

/** Values that cost something: one of them in a field is enough. */
export const hugeValues: readonly string[] = [
  nestedObjects(100_000),
  JSON.stringify('x'.repeat(10 * 1024 * 1024)),
  `[${'0,'.repeat(100_000)}0]`,
  JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]))),
];

/** Members with names that mean something to JavaScript, or that are there already. */
export const oddMembers: readonly string[] = [
  '"__proto__":{"polluted":true}',
  '"__proto__":null',
  '"constructor":{"prototype":{"polluted":true}}',
  '"toString":null',
  '"hasOwnProperty":1',
  '"toJSON":1',
  '"then":1',
  '"model":"haiku","model":null',
  '"type":null',
  '"role":"user","role":"tool"',
  '"\\u0000":1',
  '"\\ud800":1',
  '"ä ö\\r\\n":1',
  `"${'k'.repeat(70_000)}":1`,
  '"background":true,"stream":true',
  '"previous_response_id":"resp_nowhere"',
  '"n":1e9',
];

/** Bytes that are no JSON, or no text, at all. */
export const damagedBytes: readonly Buffer[] = [
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf8, 0x88, 0x80, 0x80, 0x80]),
  Buffer.from([0x00]),
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from('\u2028'),
  Buffer.from('NaN'),
  Buffer.from('}'),
  Buffer.from('{'),
  Buffer.from('"'),
  Buffer.from('\\'),
  Buffer.from(','),
  Buffer.from('\r\n\r\n'),
];
