/** The fields of an object but for those. */
export function without<Fields extends object, Name extends PropertyKey>(
  fields: Fields,
  ...names: readonly Name[]
): Omit<Fields, Name> {
  const left: ReadonlySet<PropertyKey> = new Set(names);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name))) as Omit<Fields, Name>;
}
