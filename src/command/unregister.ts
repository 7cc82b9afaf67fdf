import { planUnregister } from '../router/unregister.ts';
import { readRouterFile } from './register-file.ts';
import { carryOut, type Output, reporting } from './register-outcome.ts';

export interface UnregisterOptions {
  file: string;
  name: string;
  dryRun: boolean;
}

/**
 * Takes the harness out of a router's file and switches on again what `register` switched off. Gives the exit code: 0
 * when that is done or nothing is there, 2 for a file that is not written, 1 with what to do otherwise.
 */
export async function unregisterCommand({ file, name, dryRun }: UnregisterOptions, output: Output): Promise<number> {
  return reporting(output, file, () => {
    const routerFile = readRouterFile(file);
    return carryOut(planUnregister(routerFile.text, name), routerFile, { dryRun, output });
  });
}
