import { parseJson } from '../core/parse-json.ts';
import { hostAndPort, type TunnelTool } from './tool.ts';

export interface NgrokOptions {
  /** A domain of the owner's account; otherwise ngrok chooses one. */
  publicUrl?: string | undefined;
  /** Otherwise the one that ngrok has stored. */
  token?: string | undefined;
}

interface LogLine {
  lvl?: unknown;
  msg?: unknown;
  url?: unknown;
}

export function ngrokTunnel({ publicUrl, token }: NgrokOptions): TunnelTool {
  return {
    name: 'ngrok',
    install: 'https://ngrok.com/download has packages',
    env: token === undefined ? {} : { NGROK_AUTHTOKEN: token },
    argumentsFor: (target) => [
      ...['http', hostAndPort(target), '--log', 'stdout', '--log-format', 'json'],
      // Its own page would show requests, with their tokens, to every user of this machine.
      '--inspect=false',
      ...(publicUrl === undefined ? [] : ['--url', publicUrl]),
    ],
    addressIn: (line) => {
      const { msg, url } = read(line);
      return msg === 'started tunnel' && typeof url === 'string' ? url : undefined;
    },
    isOfInterest: (line) => ['eror', 'crit', 'warn'].includes(String(read(line).lvl)) || /^ERROR/.test(line),
  };
}

function read(line: string): LogLine {
  const value = parseJson(line);
  return typeof value === 'object' && value !== null ? value : {};
}
