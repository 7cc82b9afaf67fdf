import * as z from 'zod';

const failure = z.object({ error: z.object({ message: z.string() }) });

/** What a service says that does not do what it was asked for, as a line. */
export function describeRefusal(status: number, body: unknown): string {
  return `${failure.safeParse(body).data?.error.message ?? `The service answered ${status}.`}\n`;
}
