interface Issue {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** Ends a sentence that starts with the field's path; see `invalidRequest`. */
export const expected = (what: string) => (issue: Issue) =>
  issue.input === undefined ? `is missing; it must be ${what}.` : `must be ${what}.`;

/** For a union told apart by a field: says which values that field may have, or that the whole is no object. */
export const expectedKind =
  (what: string, ...kinds: string[]) =>
  (issue: Issue) =>
    issue.code === 'invalid_union' ? `must be ${kinds.join(' or ')}.` : `must be ${what}.`;
