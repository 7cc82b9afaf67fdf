/** The result of one check: `ok` says what works; `problem` says what does not, and what to do. */
export interface Finding {
  verdict: 'ok' | 'problem';
  text: string;
}

export function ok(text: string): Finding {
  return { verdict: 'ok', text };
}

export function problem(text: string): Finding {
  return { verdict: 'problem', text };
}
