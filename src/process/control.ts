import type { CliProcess } from './cli-process.ts';

/** The control requests of `--input-format stream-json` that the harness sends. */
export type ControlRequest =
  | { subtype: 'initialize'; systemPrompt: string[] }
  // `null` takes an effort back; `''` does not (2.1.197 and 2.1.332).
  | { subtype: 'apply_flag_settings'; settings: { effortLevel?: string | null; env?: Record<string, string> } }
  | { subtype: 'set_max_thinking_tokens'; max_thinking_tokens: number }
  | { subtype: 'get_context_usage' }
  // What newer versions would add of past sessions is left out; 2.1.197 does not know the field.
  | { subtype: 'get_usage'; skip_behaviors: true }
  | { subtype: 'rewind_conversation'; target_message_uuid: string; interrupt_if_running: boolean }
  | { subtype: 'claude_authenticate'; loginWithClaudeAi: boolean }
  | { subtype: 'claude_oauth_callback'; authorizationCode: string; state: string }
  | { subtype: 'claude_oauth_wait_for_completion' }
  // Not a subtype that the CLI knows: it answers with an error as soon as it reads, and changes nothing.
  | { subtype: 'harness_ready' };

export function controlLine(requestId: string, request: ControlRequest): object {
  return { type: 'control_request', request_id: requestId, request };
}

/**
 * Settles with `reading` when the CLI reads its input, and never when it ends before that. A started CLI prints nothing
 * by itself, and the first real request must stay free to choose its system prompt, so this asks for something unknown
 * and takes the refusal as the answer.
 */
export async function waitUntilReading(cli: CliProcess): Promise<'reading'> {
  const requestId = 'ready';
  await cli.send([controlLine(requestId, { subtype: 'harness_ready' })]);
  for (;;) {
    const message = await cli.receive();
    if (message === undefined) return new Promise(() => undefined);
    if (message.type === 'control_response' && message.response.request_id === requestId) return 'reading';
  }
}
