import type { RequestHandler } from 'express';

export interface PageOptions {
  title: string;
  styles: readonly string[];
  /** In the order in which they run; the last one is a module. */
  scripts: readonly string[];
}

/** Nothing is loaded from elsewhere. Both pages write styles while they run, and Redoc searches in a worker of its own. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of a page for which the browser follows a policy, and that it asks for anew each time. */
export function pageHeaders(contentSecurityPolicy: string): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}

/** A page that a script fills. Its addresses are relative, so that it works behind another path as well. */
export function page(options: PageOptions): RequestHandler {
  const html = toHtml(options);
  return (_req, res) => {
    res.set(pageHeaders(policy)).type('html').send(html);
  };
}

function toHtml({ title, styles, scripts }: PageOptions): string {
  const links = styles.map((href) => `<link rel="stylesheet" href="${href}">`);
  const tags = scripts.map((src, index) =>
    index === scripts.length - 1
      ? `<script type="module" src="${src}"></script>`
      : `<script defer src="${src}"></script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
${[...links, ...tags].join('\n')}
</head>
<body>
<main id="page"></main>
</body>
</html>
`;
}
