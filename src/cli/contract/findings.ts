import type { CliAbilities } from '../abilities.ts';

/** What the harness leans on in an installed CLI. */
export type Requirement =
  /** It starts, reads its input and streams an answer. */
  | 'answers'
  /** The request's body arrives as it was given. */
  | 'body'
  /** What the CLI says of itself is the same for a conversation in the body as for one that is fed. */
  | 'attribution'
  /** It can be emptied, and asks the next time as a fresh process does. */
  | 'reuse'
  /** Nothing of the machine gets into a prompt, and no prompt is taken for a command. */
  | 'hazards'
  /** The API's errors are told apart. */
  | 'errors'
  /** The reasons why an answer ended are read. */
  | 'stop_reasons';

/** A requirement that the CLI does not meet. */
export interface Finding {
  requirement: Requirement;
  /** What was asked for and what came; a part of a sentence. */
  problem: string;
}

/** How a CLI that was checked may be used. */
export type Verdict = ({ served: true } & CliAbilities) | { served: false; reason: string };

/** What a turn can't do without, on whichever process and however its request is given. */
const vital: readonly Requirement[] = ['answers', 'hazards', 'errors', 'stop_reasons'];

export function judge(findings: readonly Finding[]): Verdict {
  const lacks = (requirement: Requirement): boolean => findings.some((finding) => finding.requirement === requirement);
  const broken = findings.filter(({ requirement }) => vital.includes(requirement));
  if (broken.length > 0) return { served: false, reason: broken.map(({ problem }) => problem).join('; ') };
  const isExact = !lacks('body') && !lacks('attribution');
  // A process that a conversation is fed to keeps the settings of its turn.
  return { served: true, reuse: isExact && !lacks('reuse'), prompt: isExact ? 'exact' : 'fed' };
}
