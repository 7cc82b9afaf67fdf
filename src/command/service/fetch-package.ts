import { copyFileSync, createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readIfThere } from '../../util/read-if-there.ts';
import { forPeople } from '../for-people.ts';
import { reasonOf } from '../running-service.ts';
import { findSha256, sha256Of } from './checksum.ts';
import type { PackageSource } from './package-source.ts';

const maxPackageBytes = 256 * 1024 * 1024;
const maxChecksumBytes = 64 * 1024;
const downloadTimeoutMs = 10 * 60_000;
const checksumTimeoutMs = 30_000;

type FetchedSource = Exclude<PackageSource, { kind: 'npm' }>;

/**
 * Copies or downloads a package into `folder`, and returns the path of the copy, whose SHA-256 is `sha256`, or else the
 * one that `sha256sum` has written beside the package (`FILE.sha256`). Throws an `Error` for people: without a checksum,
 * with another one, or when there is no such package.
 */
export async function fetchPackage(source: FetchedSource, folder: string, sha256?: string): Promise<string> {
  const shown = source.kind === 'url' ? source.url.href : source.path;
  const name = basename(source.kind === 'url' ? source.url.pathname : source.path);
  // First, so that nothing is downloaded in vain.
  const expected = sha256 ?? (await checksumBeside(source, name, shown));
  const copy = join(folder, 'package.tgz');
  if (source.kind === 'url') await download(source.url, copy, shown);
  else copyFile(source.path, copy);
  // Of the copy, which nobody changes any more.
  const found = await sha256Of(copy);
  if (found !== expected) {
    throw forPeople(`${shown}: its SHA-256 is ${found}, not ${expected}: it is damaged, or another file.`);
  }
  return copy;
}

async function checksumBeside(source: FetchedSource, name: string, shown: string): Promise<string> {
  const text = source.kind === 'url' ? await checksumAt(source.url) : readIfThere(`${source.path}.sha256`);
  const found = text === undefined ? undefined : findSha256(text, name);
  if (found !== undefined) return found;
  const problem =
    text === undefined ? 'has no checksum' : `is not named in ${name}.sha256, which has no SHA-256 for it`;
  throw forPeople(
    `${shown} ${problem}. Pass --sha256 HEX, or put ${name}.sha256 beside it; whoever made the package makes that by: sha256sum ${name} >${name}.sha256`,
  );
}

/** Whoever can change a package on its way by http can change its checksum as well. */
async function checksumAt(url: URL): Promise<string | undefined> {
  if (url.protocol !== 'https:') return undefined;
  const address = new URL(url);
  address.pathname += '.sha256';
  const response = await get(address, checksumTimeoutMs);
  if (!response.ok || !response.url.startsWith('https:')) return undefined;
  const text = await response.text();
  return text.length > maxChecksumBytes ? undefined : text;
}

async function download(url: URL, file: string, shown: string): Promise<void> {
  const response = await get(url, downloadTimeoutMs);
  if (!response.ok || response.body === null) throw forPeople(`${shown} was answered ${response.status}.`);
  let size = 0;
  const limit = new Transform({
    transform(piece: Buffer, _, done) {
      size += piece.length;
      done(size > maxPackageBytes ? new Error('it is larger than any package of this project') : null, piece);
    },
  });
  await pipeline(Readable.fromWeb(response.body), limit, createWriteStream(file)).catch((error: unknown) => {
    throw cannotFetch(url, error);
  });
}

async function get(url: URL, timeoutMs: number): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw cannotFetch(url, error);
  });
}

function cannotFetch({ href }: URL, error: unknown): Error {
  return forPeople(`${href} could not be fetched: ${reasonOf(error)}. Or fetch it yourself, and pass the file.`, error);
}

function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    throw forPeople(`${from} cannot be read: ${reasonOf(error)}`, error);
  }
}
