/** A tool under the client's own names. */
export interface CalledTool {
  name: string;
  namespace?: string;
}

/** In what form the calls of a tool go back to the client. */
export type ToolForm =
  | { kind: 'function' | 'custom'; tool: CalledTool }
  /** Tools that OpenAI defines and the client runs. */
  | { kind: 'local_shell' }
  | { kind: 'apply_patch' };

/** By the name under which the model calls the tool. */
export type ToolForms = ReadonlyMap<string, ToolForm>;

export const localShellName = 'local_shell';
export const applyPatchName = 'apply_patch';

/** What the Messages API accepts, less what the CLI puts before it. */
const maxLength = 110;
const hashLength = 8;

/** The name under which the model calls a tool; that of a namespace comes first. It does not depend on other tools. */
export function toModelName(name: string, namespace: string | null | undefined): string {
  if (namespace == null || namespace === '') return name;
  const whole = `${namespace}__${name}`;
  if (whole.length <= maxLength) return whole;
  return `${whole.slice(0, maxLength - hashLength - 1)}_${hashOf(whole)}`;
}

/** FNV-1a, of 32 bits: enough to tell a few long names apart. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(hashLength, '0');
}
