type Fields = Readonly<Record<string, unknown>>;

/**
 * A body with a client's further fields, none of which replaces what the harness has decided. Those that say more of how
 * the model thinks are left out where it does not.
 */
export function withExtraFields<Body extends object>(body: Body, extra: Fields | undefined): Body {
  if (extra === undefined) return body;
  const { thinking: moreOfThinking, output_config: moreOfOutput, ...others } = extra;
  const { thinking, output_config: output } = body as Record<string, unknown>;
  const thinks = isObject(thinking) && thinking['type'] !== 'disabled';
  return {
    ...others,
    ...body,
    ...(thinks && isObject(moreOfThinking) && { thinking: { ...thinking, ...moreOfThinking } }),
    ...(isObject(moreOfOutput) && { output_config: { ...moreOfOutput, ...(isObject(output) && output) } }),
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
