import type { ItemStatus, WireApplyPatchCall } from './types.ts';
import { SilentCallItem } from './silent-call-item.ts';

/** A change of a file that the client is to make. */
export class ApplyPatchItem extends SilentCallItem {
  item(status: ItemStatus): WireApplyPatchCall {
    const { type, path, diff } = this.arguments;
    const operation = { path: text(path), diff: text(diff) };
    return {
      id: this.id,
      type: 'apply_patch_call',
      // There is no third word for one that was cut off; it has no operation then.
      status: status === 'completed' ? 'completed' : 'in_progress',
      call_id: this.callId,
      operation:
        type === 'delete_file'
          ? { type, path: operation.path }
          : { type: type === 'create_file' ? type : 'update_file', ...operation },
    };
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
