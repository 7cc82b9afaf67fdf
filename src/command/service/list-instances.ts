import { join } from 'node:path';
import * as z from 'zod';
import { addressToAsk, parseListenAddress } from '../../config/listen-address.ts';
import { urlOf } from '../../core/listen-address.ts';
import { parseJson } from '../../core/parse-json.ts';
import { installedInstances, type InstalledInstance } from '../../systemd/installed-instances.ts';
import { unitProperties, type SystemctlOptions } from '../../systemd/unit-properties.ts';
import { readIfThere } from '../../util/read-if-there.ts';
import { describeVersion } from '../../util/version.ts';
import { getJson } from '../running-service.ts';
import { notServing } from '../status.ts';
import { toTextTable } from '../text-table.ts';

const packageFile = z.object({ version: z.string() });
const ready = z.object({ message: z.string().optional() });

/** What is asked of an instance: systemd's state of its units, and whether it would serve. */
export interface InstanceQuestions {
  properties: (unit: string, names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The status and the body of `/ready`; rejects without an answer. */
  ready: (url: string) => Promise<{ status: number; body: unknown }>;
}

export function askingInstances(systemctl: SystemctlOptions): InstanceQuestions {
  return {
    properties: (unit, names) => unitProperties(unit, names, systemctl),
    ready: (url) => getJson({ url }, '/ready'),
  };
}

/**
 * Prints a line for each instance whose units are in a folder. Returns the exit code: 0 when all of them would serve. One
 * that is stopped is not asked, since that would start it.
 */
export async function listInstances(
  unitFolder: string,
  questions: InstanceQuestions,
  print: (text: string) => void,
): Promise<number> {
  const found = await Promise.all(installedInstances(unitFolder).map((one) => describeInstance(one, questions)));
  const rows = found.map(({ row }) => row);
  const head = ['INSTANCE', 'UNIT', 'ADDRESS', 'VERSION', 'READY'];
  for (const line of toTextTable([head, ...rows], { textColumns: head.length }).lines) print(`${line.trimEnd()}\n`);
  return found.every(({ isReady }) => isReady) ? 0 : notServing;
}

async function describeInstance(
  instance: InstalledInstance,
  questions: InstanceQuestions,
): Promise<{ row: string[]; isReady: boolean }> {
  const [service, socket] = await Promise.all([
    questions.properties(instance.service, ['ActiveState', 'SubState']),
    questions.properties(instance.socket, ['Listen']),
  ]);
  const state = service.get('ActiveState') ?? 'unknown';
  const addresses = (socket.get('Listen') ?? '').split('\n').map((line) => line.replace(/ \(Stream\)$/, ''));
  const readiness = state === 'active' ? await askReadiness(addresses, questions) : `no: it is ${state}`;
  const unit = `${state} (${service.get('SubState') ?? ''})`;
  return {
    row: [instance.name, unit, addresses.join(', '), versionOf(instance), readiness],
    isReady: readiness === 'yes',
  };
}

async function askReadiness(listening: readonly string[], { ready: ask }: InstanceQuestions): Promise<string> {
  // As systemd writes them, a Unix socket is a path alone.
  const addresses = listening.flatMap((text) => parseListenAddress(text.startsWith('/') ? `unix:${text}` : text) ?? []);
  const address = addressToAsk(addresses);
  if (address === undefined) return 'no: its socket has no address';
  try {
    const { status, body } = await ask(urlOf(address));
    return status === 200 ? 'yes' : `no: ${ready.safeParse(body).data?.message ?? 'no reason given'}`;
  } catch {
    return 'no: it does not answer';
  }
}

/** Of the release that is installed, whether it runs or not. */
function versionOf({ prefix }: InstalledInstance): string {
  const release = join(prefix, 'current');
  const described = packageFile.safeParse(parseJson(readIfThere(join(release, 'package.json')) ?? ''));
  return described.success ? describeVersion(described.data.version, join(release, 'dist/build-info.json')) : 'unknown';
}
