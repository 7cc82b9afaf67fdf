import { isObject } from '../core/is-object.ts';
import { without } from '../core/without.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A body with a client's further fields, none of which replaces what the harness has decided. Those that say more of how
 * the model thinks are left out where it does not, since the API refuses them there.
 */
export function withExtraFields<Body extends object>(body: Body, extra: Fields | undefined, thinks: boolean): Body {
  if (extra === undefined) return body;
  const { thinking: moreOfThinking, output_config: moreOfOutput, context_management: management } = extra;
  const { thinking, output_config: output } = body as Record<string, unknown>;
  const context = thinks ? management : withoutThinkingEdits(management);
  return {
    ...without(extra, 'thinking', 'output_config', 'context_management'),
    ...(context !== undefined && { context_management: context }),
    ...body,
    ...(thinks && isObject(thinking) && isObject(moreOfThinking) && { thinking: { ...thinking, ...moreOfThinking } }),
    ...(isObject(moreOfOutput) && { output_config: { ...moreOfOutput, ...(isObject(output) && output) } }),
  };
}

/** Programs such as Claude Code have old thinking cleared in every request in which they ask for any. */
function withoutThinkingEdits(management: unknown): unknown {
  if (!isObject(management) || !Array.isArray(management['edits'])) return management;
  const edits = management['edits'].filter((edit: unknown) => !isThinkingEdit(edit));
  return edits.length === 0 && management['edits'].length > 0 ? undefined : { ...management, edits };
}

function isThinkingEdit(edit: unknown): boolean {
  return isObject(edit) && typeof edit['type'] === 'string' && edit['type'].startsWith('clear_thinking_');
}
