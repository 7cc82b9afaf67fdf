/**
 * The command line of a process that answers as a plain model. Nothing of a request is ever in it, since every user of
 * the machine can read it: prompts, system prompts and schemas go over stdin.
 */
export function chatArguments(model: string): string[] {
  return [
    '-p',
    '--input-format',
    'stream-json',
    '--output-format',
    'stream-json',
    '--include-partial-messages',
    '--verbose',
    // No settings of the operator's: no hooks, no CLAUDE.md, no permissions.
    '--setting-sources',
    '',
    // No MCP servers, no slash commands, no tools, and no transcript on disk.
    '--strict-mcp-config',
    '--disable-slash-commands',
    '--tools',
    '',
    '--no-session-persistence',
    // One request to the API: the CLI has no tools to run, and must not answer a client's call in its place.
    '--max-turns',
    '1',
    '--model',
    model,
  ];
}
