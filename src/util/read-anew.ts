/** An object of which each value is read anew whenever somebody asks for it. */
export function readAnew<Values extends object>(readers: {
  readonly [Name in keyof Values]: () => Values[Name];
}): Values {
  const target = {};
  for (const [name, get] of Object.entries<() => unknown>(readers))
    Object.defineProperty(target, name, { enumerable: true, get });
  return Object.freeze(target) as Values;
}
