/** What the installed CLI was found to be able to do. */
export interface CliAbilities {
  /** A process can be emptied, and so serve many turns. */
  reuse: boolean;
  /** `exact`: the request's body arrives as it was given; `fed`: conversations have to be fed message by message. */
  prompt: 'exact' | 'fed';
}

/** Asked for each turn, since the CLI may be updated while the service runs. */
export type AbilitiesOf = () => CliAbilities;

/** What is assumed of a CLI that nobody has examined: a process that refuses to be emptied is noticed in any case. */
export const allAbilities: AbilitiesOf = () => ({ reuse: true, prompt: 'exact' });
