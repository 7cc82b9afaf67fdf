import type { Splice } from './splice.ts';

/** What is to be done with a router's file. */
export type Plan =
  | { kind: 'unchanged'; messages: string[] }
  /** `changes` are the splices of one step after the other, the first on the old text. */
  | { kind: 'change'; after: string; changes: Splice[][]; messages: string[]; notes: string[] }
  /** Nothing is written; `snippet` is to be pasted, where there is one. */
  | { kind: 'paste'; reason: string; snippet: string | undefined }
  /** The models must be asked for first. */
  | { kind: 'needs-models' };
