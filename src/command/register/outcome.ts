import { showName } from '../../config/show-value.ts';
import { RouterFileError } from '../../router/errors.ts';
import type { Plan } from '../../router/plan.ts';
import { showChanges } from '../../router/show-changes.ts';
import type { RouterFile } from './read-file.ts';
import { replaceRouterFile } from './replace-file.ts';

/** Standard output and standard error, line by line; `console` is one. */
export type Output = Pick<Console, 'log' | 'error'>;

interface OutcomeOptions {
  dryRun: boolean;
  output: Output;
}

/** Makes text from the file safe to print: it may hold control characters that move a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, '?');
}

/** Carries out a change of the file, or only shows it, and reports it. Returns the exit code. */
export function carryOut(plan: Plan, file: RouterFile, { dryRun, output }: OutcomeOptions): number {
  const say = (line: string) => {
    output.log(printable(line));
  };
  switch (plan.kind) {
    case 'unchanged':
      say(`${file.shown}: unchanged, ${plan.messages.join(', ')}`);
      return 0;
    case 'needs-models':
      throw new Error('the models have not been fetched');
    case 'paste':
      output.error(printable(`${file.shown}: not changed, since ${plan.reason}.`));
      output.error(plan.snippet === undefined ? 'Change it by hand.' : 'Add this by hand:');
      if (plan.snippet !== undefined) say(plan.snippet.replace(/\n$/, ''));
      return 2;
    case 'change':
      if (dryRun) {
        say(`${file.shown}: dry run, nothing is written; the change would be: ${plan.messages.join(', ')}`);
        say(showChanges(file.text, plan.changes).replace(/\n$/, ''));
      } else {
        const backup = replaceRouterFile(file, plan.after, new Date());
        say(`${file.shown}: ${plan.messages.join(', ')}`);
        say(`backup: ${showName(backup)}`);
      }
      for (const note of plan.notes) say(`note: ${note}`);
      if (!dryRun) say('Restart the router, unless it reloads its file by itself.');
      return 0;
  }
}

/** Runs a command's work; prints the errors that are meant for people and then returns exit code 1. */
export async function reportErrors(
  output: Output,
  file: string,
  work: () => number | Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RouterFileError) {
      const place = [showName(file), error.line, error.column].filter((part) => part !== undefined).join(':');
      output.error(printable(`${place}: ${error.message}`));
    } else if (error instanceof Error && error.cause !== undefined) output.error(error.message);
    else throw error;
    return 1;
  }
}
