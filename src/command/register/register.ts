import type { Config } from '../../config/schema.ts';
import { planRegister } from '../../router/register.ts';
import type { Registration } from '../../router/registration.ts';
import { harnessAddress } from './address.ts';
import { readRouterFile } from './read-file.ts';
import { fetchModels } from './models.ts';
import { carryOut, type Output, reportErrors } from './outcome.ts';

export interface RegisterOptions {
  file: string;
  name: string;
  /** By default those of the harness, which must then be running. */
  models?: string[];
  priority?: number;
  /** Name of a provider to switch off. */
  disable?: string;
  /** Name of the file's format; by default it is recognised. */
  format?: string;
  dryRun: boolean;
  /** The address by which the router reaches the harness; by default the one in the configuration. */
  url?: string;
}

interface RegisterContext {
  server: Config['server'];
  /** `HARNESS_TOKEN` is sent to the harness if set. */
  env: NodeJS.ProcessEnv;
  output: Output;
}

/**
 * Adds the harness to a router's file, or updates its entry. Returns the exit code: 0 when the file is up to date, 2
 * when the file can't be changed and the entry to paste is on standard output, 1 when it failed and says what to do.
 */
export async function registerCommand(
  { file, name, models, priority, disable, format, dryRun, url }: RegisterOptions,
  { server, env, output }: RegisterContext,
): Promise<number> {
  return reportErrors(output, file, async () => {
    const service = harnessAddress(url, server, env);
    const routerFile = readRouterFile(file);
    const needsToken = server.tokens.length > 0 || service.token !== undefined;
    const registration: Registration = { name, origin: service.url, models, priority, needsToken, disable, format };
    let plan = planRegister(routerFile.text, registration);
    if (plan.kind === 'needs-models') {
      plan = planRegister(routerFile.text, { ...registration, models: await fetchModels(service) });
    } else if (plan.kind === 'paste' && models === undefined) {
      // An entry to paste is better with its models, but useful without.
      const fetched = await fetchModels(service).catch(() => undefined);
      if (fetched !== undefined) plan = planRegister(routerFile.text, { ...registration, models: fetched });
    }
    return carryOut(plan, routerFile, { dryRun, output });
  });
}
