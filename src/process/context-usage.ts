import * as z from 'zod';

const contextUsage = z.object({
  /** Tokens of what was fed so far, as the API counts them. */
  totalTokens: z.number().optional(),
  /** The model's context window in tokens. */
  maxTokens: z.number().int().positive(),
  /** What they belong to, by the names that people see. */
  categories: z.array(z.object({ name: z.string(), tokens: z.number() })).optional(),
});

/** The CLI's answer to `get_context_usage`; `undefined` for anything else. */
export function parseContextUsage(response: unknown): z.infer<typeof contextUsage> | undefined {
  const parsed = contextUsage.safeParse(response);
  return parsed.success ? parsed.data : undefined;
}
