import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the database of that name, which may not exist, with `DATABASE` in its place. */
    postgresUrl: string;
  }
}

/** vitest runs this once for all files of a project: they share a server, and each test has a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgresUrl', server.urlOf('DATABASE'));
  return server.remove;
}
