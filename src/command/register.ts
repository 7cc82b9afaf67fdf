import type { Config } from '../config/schema.ts';
import { planRegister } from '../router/register.ts';
import type { Registration } from '../router/registration.ts';
import { harnessAt } from './register-address.ts';
import { readRouterFile } from './register-file.ts';
import { askForModels } from './register-models.ts';
import { carryOut, type Output, reporting } from './register-outcome.ts';

export interface RegisterOptions {
  file: string;
  name: string;
  /** What the harness offers when absent; it must be running then. */
  models?: string[];
  priority?: number;
  /** Name of a provider to switch off. */
  disable?: string;
  dryRun: boolean;
  /** Where the router reaches the harness, when not where the configuration has it listen. */
  url?: string;
}

/** What the command knows of the harness, and where it speaks. */
export interface RegisterContext {
  server: Config['server'];
  /** `HARNESS_TOKEN` is sent to the harness when set. */
  env: NodeJS.ProcessEnv;
  output: Output;
}

/**
 * Puts the harness into a router's file, or brings its entry up to date. Gives the exit code: 0 when that is done or
 * was done already, 2 with the entry to paste on standard output for a file that is not written, 1 with what to do
 * otherwise.
 */
export async function registerCommand(
  { file, name, models, priority, disable, dryRun, url }: RegisterOptions,
  { server, env, output }: RegisterContext,
): Promise<number> {
  return reporting(output, file, async () => {
    const service = harnessAt(url, server, env);
    const routerFile = readRouterFile(file);
    const needsToken = server.tokens.length > 0 || service.token !== undefined;
    const registration: Registration = { name, origin: service.url, models, priority, needsToken, disable };
    let plan = planRegister(routerFile.text, registration);
    if (plan.kind === 'needs-models') {
      plan = planRegister(routerFile.text, { ...registration, models: await askForModels(service) });
    } else if (plan.kind === 'paste' && models === undefined) {
      // An entry to paste is better with its models, but good without.
      const asked = await askForModels(service).catch(() => undefined);
      if (asked !== undefined) plan = planRegister(routerFile.text, { ...registration, models: asked });
    }
    return carryOut(plan, routerFile, { dryRun, output });
  });
}
