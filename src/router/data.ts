/** A map of a router's file, as plain data. */
export type Data = Record<string, unknown>;

/** Keys, and in lists indexes, that lead to a value from the top of a file or of an entry. */
export type Path = readonly (string | number)[];

export function isRecord(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function getIn(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === 'object' && value !== null ? (value as Data)[step] : undefined),
    data,
  );
}

/** The maps of a map or a list, each with its key or index. Empty for anything else. */
export function itemsOf(collection: unknown): [key: string | number, item: Data][] {
  const items: [string | number, unknown][] = Array.isArray(collection)
    ? collection.map((item, index) => [index, item])
    : Object.entries(isRecord(collection) ? collection : {});
  return items.filter((item): item is [string | number, Data] => isRecord(item[1]));
}

/** Whether a value is a list, or a map, with at least one item, all of which are maps for which `test` holds. */
export function isAllOf(kind: 'list' | 'map', value: unknown, test: (item: Data) => boolean): boolean {
  if (kind === 'list' ? !Array.isArray(value) : !isRecord(value)) return false;
  const items: unknown[] = Object.values(value as object);
  return items.length > 0 && items.every((item) => isRecord(item) && test(item));
}

/**
 * A copy of the data with another value at `path`, which may be new; `undefined` takes the value out. The old data
 * stays as it is, so that what an alias repeats elsewhere does not change with it.
 */
export function setIn(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...deeper] = path;
  if (step === undefined) return value;
  const inner = deeper.length === 0 ? value : setIn(getIn(data, [step]), deeper, value);
  if (Array.isArray(data)) return data.toSpliced(Number(step), 1, ...(inner === undefined ? [] : [inner]));
  const copy: Data = { ...(isRecord(data) ? data : {}) };
  if (inner === undefined) Reflect.deleteProperty(copy, step);
  else copy[step] = inner;
  return copy;
}
