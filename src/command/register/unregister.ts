import { planUnregister } from '../../router/unregister.ts';
import { readRouterFile } from './read-file.ts';
import { carryOut, type Output, reportErrors } from './outcome.ts';

export interface UnregisterOptions {
  file: string;
  name: string;
  /** Name of the file's format; by default it is recognised. */
  format?: string;
  dryRun: boolean;
}

/**
 * Removes the harness from a router's file and switches on again what `register` switched off. Returns the exit code: 0
 * when the file has no entry any more, 2 when it can't be changed, 1 when it failed and says what to do.
 */
export async function unregisterCommand(
  { file, name, format, dryRun }: UnregisterOptions,
  output: Output,
): Promise<number> {
  return reportErrors(output, file, () => {
    const routerFile = readRouterFile(file);
    return carryOut(planUnregister(routerFile.text, name, format), routerFile, { dryRun, output });
  });
}
