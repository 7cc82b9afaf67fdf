import type { Answer, ToolUse } from '../../../src/stand-in/behaviour.ts';

/** What the model does, for the stand-in. */
export const says = (text: string): Answer => ({ kind: 'answer', text });
export const calls = (...toolUses: ToolUse[]): Answer => ({ kind: 'answer', toolUses });

/** Calls of the CLI's own tools, as the model makes them. */
export const bash = (command: string, id?: string): ToolUse => ({ ...named(id), name: 'Bash', input: { command } });
export const write = (path: string, content = 'x', id?: string): ToolUse => ({
  ...named(id),
  name: 'Write',
  input: { file_path: path, content },
});

const named = (id: string | undefined): { id?: string } => (id === undefined ? {} : { id });

/** What a client says. */
export const message = (text: string) => ({
  type: 'user.message' as const,
  content: [{ type: 'text' as const, text }],
});
