import { checkCli } from '../../cli/contract/check-cli.ts';
import { describeVerdict, remedy } from '../../cli/contract/describe.ts';
import { startStandIn } from '../../stand-in/stand-in.ts';
import { type Finding, ok, problem } from './finding.ts';

/** Tries the CLI as a service does with a new version. It keeps nothing: the state file may be another user's. */
export async function checkContract(path: string, env: Readonly<Record<string, string>>): Promise<Finding> {
  const { signal } = new AbortController();
  const result = await checkCli({ path, searchPath: env['PATH'], startApi: () => startStandIn(), signal });
  if (!result.isDecided) {
    return problem(
      `check: the CLI was tried against a stand-in for the API without a result (${result.reason}); try again when the machine is less busy`,
    );
  }
  const { verdict, findings } = result;
  const text = `check: ${describeVerdict(verdict, findings)}`;
  return verdict.served ? ok(text) : problem(`${text}. ${remedy(undefined)}`);
}
