import type { Response } from 'express';

export interface PlainPage {
  title: string;
  text?: string;
  /** As somebody else has written it. */
  quote?: string;
  /** Sends the address of the page again, by `POST`. */
  button?: string;
}

/** Nothing is loaded and nothing runs; no other page may hold this one. */
const policy = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A page without a script. Its address may be a secret: it is not told to anybody, and nothing of it is kept. */
export function sendPlainPage(res: Response, page: PlainPage): void {
  res
    .set({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex',
    })
    .type('html')
    .send(toHtml(page));
}

function toHtml({ title, text, quote, button }: PlainPage): string {
  const body = [
    `<h1>${escape(title)}</h1>`,
    ...(text === undefined ? [] : [`<p>${escape(text)}</p>`]),
    ...(quote === undefined ? [] : [`<p><code>${escape(quote)}</code></p>`]),
    ...(button === undefined ? [] : [`<form method="post"><button>${escape(button)}</button></form>`]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
