import type { Finding, Verdict } from './findings.ts';

/** For the log and for people; ends without a full stop. */
export function describeVerdict(verdict: Verdict, findings: readonly Finding[] = []): string {
  if (!verdict.served) return `this version is not served: ${verdict.reason}`;
  const { reuse, prompt } = verdict;
  const abilities = [
    prompt === 'exact' ? 'requests arrive exactly' : 'conversations are fed message by message',
    reuse ? 'a process serves many turns' : 'a process serves one turn',
  ].join(', ');
  const problems = findings.map(({ problem }) => problem).join('; ');
  return problems === '' ? abilities : `${abilities} (${problems})`;
}

/** What to do about a version that is not served; whole sentences. */
export function remedy(lastGood: string | undefined): string {
  if (lastGood === undefined) return 'Install an earlier version of the claude CLI, or a newer harness.';
  return `The last good version was ${lastGood}: install it (claude install ${lastGood}, or npm install -g @anthropic-ai/claude-code@${lastGood}), or a newer harness.`;
}
