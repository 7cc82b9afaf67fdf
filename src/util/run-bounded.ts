import { Script, createContext } from 'node:vm';

const sandbox: { run?: () => void } = createContext({});
const script = new Script('run()');

/**
 * Runs `work` and returns its result; throws `ERR_SCRIPT_EXECUTION_TIMEOUT` when it takes too long, even inside a regular
 * expression. `work` must be synchronous.
 */
export function runBounded<Result>(work: () => Result, timeoutMs: number): Result {
  let result: { value: Result } | undefined;
  sandbox.run = () => {
    result = { value: work() };
  };
  try {
    script.runInContext(sandbox, { timeout: timeoutMs });
  } finally {
    delete sandbox.run;
  }
  if (result === undefined) throw new Error('the work was not done');
  return result.value;
}
