/** How SysFlow's processor classifies a record for the Elastic Common Schema. */
export interface SysflowAction {
  readonly category: string;
  readonly type: string;
  readonly action: string;
}

export interface SysflowOperation {
  readonly recordType: string;
  /** Names of the operation flags; order says nothing. */
  readonly flags: readonly string[];
  /** The record is about a thread other than the first of its process. */
  readonly thread: boolean;
  /** Operations or bytes were counted. */
  readonly read: boolean;
  readonly written: boolean;
}

const FILE_EVENTS: readonly (readonly [string, SysflowAction])[] = [
  ['MKDIR', { category: 'directory', type: 'creation', action: 'directory-create' }],
  ['RMDIR', { category: 'directory', type: 'deletion', action: 'directory-delete' }],
  ['UNLINK', { category: 'file', type: 'deletion', action: 'file-delete' }],
  ['LINK', { category: 'file', type: 'change', action: 'file-link' }],
  ['SYMLINK', { category: 'file', type: 'change', action: 'file-link' }],
  ['RENAME', { category: 'file', type: 'change', action: 'file-rename' }],
];

/** `undefined` for operations that the processor does not classify. */
export function sysflowAction(operation: SysflowOperation): SysflowAction | undefined {
  switch (operation.recordType) {
    case 'PE':
      return processAction(operation);
    case 'FE':
      return FILE_EVENTS.find(([flag]) => operation.flags.includes(flag))?.[1];
    case 'FF':
      return fileFlowAction(operation);
    case 'NF':
      return { category: 'network', type: 'connection', action: 'network-connection-traffic' };
    default:
      return undefined;
  }
}

function processAction({ flags, thread }: SysflowOperation): SysflowAction | undefined {
  const of = (what: string): SysflowAction => ({
    category: 'process',
    type: thread ? `thread-${what}` : what,
    action: thread ? `process-thread-${what}` : `process-${what}`,
  });
  if (flags.includes('CLONE') || flags.includes('EXEC')) return of('start');
  if (flags.includes('EXIT')) return of('exit');
  return flags.includes('SETUID') ? { category: 'process', type: 'change', action: 'process-change' } : undefined;
}

function fileFlowAction({ flags, read, written }: SysflowOperation): SysflowAction {
  const reads = read && (flags.includes('READ') || flags.includes('RECV'));
  const writes = written && (flags.includes('WRITE') || flags.includes('SEND'));
  const suffix = `${reads ? '-read' : ''}${writes ? '-write' : ''}`;
  return { category: 'file', type: writes ? 'change' : 'access', action: `file-access${suffix}` };
}
