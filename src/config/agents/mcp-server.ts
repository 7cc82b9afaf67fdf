import { z } from 'zod';
import { isHostName } from '../host-name.ts';
import { httpHeaders } from '../http-headers.ts';
import { checkedText, list, map, text, variableName } from '../key-types.ts';
import { fields } from './fields.ts';

const line = (label: string) => text(label, /^\P{Cc}+$/u, `${label}, without control characters`);
const value = z.string({ error: 'expected text' });

const isUrl = (candidate: string): boolean => {
  const url = URL.canParse(candidate) ? new URL(candidate) : undefined;
  return (
    /^https?:$/.test(url?.protocol ?? '') && url?.username === '' && isHostName(url.hostname.replace(/^\[|\]$/g, ''))
  );
};

const remote = <const T extends string>(type: T) =>
  fields(
    {
      type: z.literal(type),
      url: checkedText('URL', isUrl, 'an http or https URL without a user'),
      headers: httpHeaders().prefault({}),
    },
    `an MCP server of type ${type}`,
  );

const local = fields(
  {
    type: z.literal('stdio').prefault('stdio'),
    command: line('a program'),
    args: list(line('an argument'), 'arguments').prefault([]),
    env: map(variableName(), value, 'variable names to values').prefault({}),
  },
  'an MCP server',
);

const servers = { stdio: local, http: remote('http'), sse: remote('sse') };

/** A union whose errors are those of the type that is meant. */
export const mcpServer = z.unknown().transform((input, context): z.output<(typeof servers)[keyof typeof servers]> => {
  const type = typeof input === 'object' && input !== null && 'type' in input ? String(input.type) : 'stdio';
  if (type !== 'stdio' && type !== 'http' && type !== 'sse') {
    context.addIssue({ code: 'custom', path: ['type'], message: 'expected one of stdio, http, sse', input });
    return z.NEVER;
  }
  const parsed = servers[type].safeParse(input);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input } as z.core.$ZodRawIssue);
  return z.NEVER;
});
