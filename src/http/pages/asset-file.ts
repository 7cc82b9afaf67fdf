import type { RequestHandler } from 'express';

/** Serves a file of a package, or of this one, as it is. The browser keeps it, and asks whether it has changed. */
export function assetFile(path: string): RequestHandler {
  return (_req, res) => {
    // Packages may lie in a folder whose name begins with a dot.
    res.sendFile(path, {
      dotfiles: 'allow',
      headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' },
    });
  };
}
