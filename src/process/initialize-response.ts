import * as z from 'zod';

const initializeResponse = z.object({
  models: z.array(
    z.object({
      value: z.string(),
      resolvedModel: z.string().optional(),
      displayName: z.string().optional(),
      supportedEffortLevels: z.array(z.string()).optional(),
      supportsAdaptiveThinking: z.boolean().optional(),
      /** Newer versions say so; where it is absent, thinking can be switched off. */
      supportsThinkingOff: z.boolean().optional(),
    }),
  ),
});

/** A model of the list with which the CLI answers `initialize`: what this login can use. */
export type CliModel = z.infer<typeof initializeResponse>['models'][number];

/** The models of an `initialize` response; `undefined` for any other response. */
export function parseInitializeResponse(response: unknown): CliModel[] | undefined {
  const parsed = initializeResponse.safeParse(response);
  return parsed.success ? parsed.data.models : undefined;
}
