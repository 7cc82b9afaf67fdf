/** The formats of known-formats.ts, by their names alone: the command line wants no more of them. */
export const formatNames = [
  'litellm',
  'providers',
  'librechat',
  'continue',
  'olla',
  'llama-swap',
  'helicone',
  'agentgateway',
  'plano',
  'claude-code-router',
  'opencode',
  'crush',
] as const;

export type FormatName = (typeof formatNames)[number];
