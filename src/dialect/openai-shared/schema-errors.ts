interface Issue {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** The end of a sentence that starts with the field's path; see `invalidRequest`. */
export const expected = (what: string) => (issue: Issue) =>
  issue.input === undefined ? `is missing; it must be ${what}.` : `must be ${what}.`;

/** For a discriminated union: says which values the field may have, or that the whole is not an object. */
export const expectedKind =
  (what: string, ...kinds: string[]) =>
  (issue: Issue) =>
    issue.code === 'invalid_union' ? `must be ${kinds.join(' or ')}.` : `must be ${what}.`;
