/** The most that models generate in one answer: the bounds of the CLI for `max_tokens` (2.1.197 and 2.1.329). */
const limits: [name: RegExp, tokens: number][] = [
  [/^claude-3-5-haiku/, 8192],
  [/^claude-(haiku|sonnet)-4-5/, 64_000],
  [/^claude-opus-4-8/, 128_000],
  [/^claude-(haiku|sonnet|opus|fable)-5/, 128_000],
];

/** In tokens; `undefined` for a model that was not measured. */
export function maxOutputTokens(resolvedName: string): number | undefined {
  return limits.find(([name]) => name.test(resolvedName))?.[1];
}
