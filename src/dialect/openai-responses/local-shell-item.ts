import { isObject } from '../../core/is-object.ts';
import { SilentCallItem } from './silent-call-item.ts';
import type { ItemStatus, WireLocalShellCall } from './types.ts';

/** A command that the client is to run. */
export class LocalShellItem extends SilentCallItem {
  item(status: ItemStatus): WireLocalShellCall {
    const { command, env, timeout_ms: timeout, user, working_directory: folder } = this.arguments;
    return {
      id: this.id,
      type: 'local_shell_call',
      status,
      call_id: this.callId,
      action: {
        type: 'exec',
        command: Array.isArray(command) ? command.map(String) : [],
        env: isObject(env) ? Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)])) : {},
        timeout_ms: typeof timeout === 'number' ? timeout : null,
        user: typeof user === 'string' ? user : null,
        working_directory: typeof folder === 'string' ? folder : null,
      },
    };
  }
}
