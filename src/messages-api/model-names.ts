/** The configured names for models, in addition to the well-known ones. */
export interface ModelNames {
  /** Such as `gpt-4o: sonnet`. */
  aliases: Readonly<Record<string, string>>;
  /** The model for unknown names; without it they are refused. */
  unknown?: string;
}

/** What may follow `--model`: it must not look like an option, and contains no special characters. */
export const claudeModelId = /^claude-[A-Za-z0-9._:@[\]-]{1,120}$/;

/** The model that the configuration has for a name. */
export function aliased(requested: string, { aliases }: Pick<ModelNames, 'aliases'>): string | undefined {
  return Object.hasOwn(aliases, requested) ? aliases[requested] : undefined;
}
