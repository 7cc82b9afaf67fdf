import { z } from 'zod';
import { HarnessError } from '../../../core/errors.ts';

const codeError = { error: 'expected the code that the browser shows, such as abc123#def456' };

const loginError = { error: 'expected the name of a login in claude.logins' };

export const loginQuery = z.object({
  login: z.string(loginError).min(1, loginError).exactOptional(),
});

export const signInCode = z.object({
  code: z
    .string(codeError)
    .trim()
    .regex(/^[\w-]{1,512}(#[\w-]{1,512})?$/, codeError),
});

const timeoutError = { error: 'expected seconds from 1 to 300' };

export const commandBody = z.object({
  command: z.string({ error: 'expected version, auth status, models or doctor' }),
  args: z.array(z.string(), { error: 'expected a list of texts' }).max(8, { error: 'expected at most 8' }).default([]),
  timeout: z.number(timeoutError).min(1, timeoutError).max(300, timeoutError).default(30).describe('In seconds.'),
});

/** Throws `INVALID_REQUEST` with the first field that is wrong. */
export function readBodyAs<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const param = issue?.path.join('.') ?? '';
  if (param === '') throw new HarnessError('INVALID_REQUEST', 'The request body must be a JSON object.');
  throw new HarnessError('INVALID_REQUEST', `${param}: ${issue?.message ?? 'the field is wrong'}.`, { param });
}
