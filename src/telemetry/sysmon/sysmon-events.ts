/** Sysmon's event ids: what they are called, and how the Elastic Common Schema classifies them. */
interface SysmonEvent {
  readonly name: string;
  readonly category: readonly string[];
}

const EVENTS: Readonly<Record<string, SysmonEvent>> = {
  '1': { name: 'Process Create', category: ['process', 'start'] },
  '2': { name: 'File creation time changed', category: ['file', 'change'] },
  '3': { name: 'Network connection detected', category: ['network', 'start', 'connection', 'protocol'] },
  '4': { name: 'Sysmon service state changed', category: ['process', 'change'] },
  '5': { name: 'Process terminated', category: ['process', 'end'] },
  '6': { name: 'Driver loaded', category: ['driver', 'start'] },
  '7': { name: 'Image loaded', category: ['process', 'change'] },
  '8': { name: 'CreateRemoteThread detected', category: ['process', 'change'] },
  '9': { name: 'RawAccessRead detected', category: ['process', 'access'] },
  '10': { name: 'Process accessed', category: ['process', 'access'] },
  '11': { name: 'File created', category: ['file', 'creation'] },
  '12': { name: 'Registry object added or deleted', category: ['configuration', 'registry', 'change'] },
  '13': { name: 'Registry value set', category: ['configuration', 'registry', 'change'] },
  '14': { name: 'Registry object renamed', category: ['configuration', 'registry', 'change'] },
  '15': { name: 'File stream created', category: ['file', 'access'] },
  '16': { name: 'Sysmon config state changed', category: ['configuration', 'change'] },
  '17': { name: 'Pipe Created', category: ['file', 'creation'] },
  '18': { name: 'Pipe Connected', category: ['file', 'access'] },
  '19': { name: 'WmiEventFilter activity detected', category: ['process', 'info'] },
  '20': { name: 'WmiEventConsumer activity detected', category: ['process', 'change'] },
  '21': { name: 'WmiEventConsumerToFilter activity detected', category: ['process', 'access'] },
  '22': { name: 'Dns query', category: ['network', 'connection', 'protocol', 'info'] },
  '23': { name: 'File Delete archived', category: ['file', 'deletion'] },
  '24': { name: 'Clipboard changed', category: ['change'] },
  '25': { name: 'Process Tampering', category: ['process', 'change'] },
  '26': { name: 'File Delete logged', category: ['file', 'deletion'] },
  '27': { name: 'File Block Executable', category: ['file', 'creation'] },
  '28': { name: 'File Block Shredding', category: ['file', 'deletion'] },
  '29': { name: 'File Executable Detected', category: ['file', 'creation'] },
  '255': { name: 'Error report', category: ['process'] },
};

/** More addresses than this in an answer to a name query make a record kind of its own, with more slots. */
export const FEW_ADDRESSES = 8;
export const MANY_ADDRESSES = 64;

/** Record kinds with more than one layout per event id. */
export const KIND_VARIANTS = { registryValue: 'sysmon.12.value', manyAddresses: 'sysmon.22.many' } as const;

function byKind<T>(pick: (event: SysmonEvent) => T): Record<string, T> {
  const kinds: Record<string, T> = {};
  for (const [id, event] of Object.entries(EVENTS)) kinds[`sysmon.${id}`] = pick(event);
  kinds[KIND_VARIANTS.registryValue] = kinds['sysmon.12'] as T;
  kinds[KIND_VARIANTS.manyAddresses] = kinds['sysmon.22'] as T;
  return kinds;
}

export const SYSMON_ACTIONS = byKind((event) => event.name);
export const SYSMON_CATEGORIES = byKind((event) => ['event', ...event.category]);
